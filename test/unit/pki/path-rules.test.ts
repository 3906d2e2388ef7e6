import { describe, expect, it } from "vitest";
import { fromHex, utf8 } from "../../../src/base/bytes.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { OID } from "../../../src/pki/oids.ts";
import { pathLimits, validatePath } from "../../../src/pki/path.ts";
import { newPathCache } from "../../../src/pki/path-cache.ts";
import { extension, type Issued, issue, type Wish } from "./support/authority.ts";

const root = issue({ name: "Root", ca: true });
const ca = issue({ name: "CA", issuer: root, ca: true });

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

async function judge(leaf: Issued, others: Issued[] = [ca], options: { anchors?: Issued[]; purpose?: "sign" | "encrypt" | "any"; at?: string } = {}) {
  const answer = await validatePath({
    leaf: leaf.certificate,
    others: others.map(({ certificate }) => certificate),
    anchors: (options.anchors ?? [root]).map(({ certificate }) => certificate),
    at: new Date(options.at ?? "2026-01-01T00:00:00Z"),
    purpose: options.purpose ?? "sign",
  });
  return { code: answer.code, path: answer.path.map(({ subject }) => subject.commonName) };
}

const leaf = (wish: Partial<Wish> = {}): Issued => issue({ name: "Alice", issuer: ca, ...wish });

describe("certification paths (CE-02, CE-04)", () => {
  it("finds the way to the anchor", async () => {
    expect(await judge(leaf())).toEqual({ code: "ok", path: ["Alice", "CA", "Root"] });
  });

  it.each<[string, string, () => Promise<{ code: string }>]>([
    ["pki.untrusted", "no intermediate", () => judge(leaf(), [])],
    ["pki.untrusted", "self-signed, come along", () => judge(issue({ name: "Eve" }), [issue({ name: "Eve" })])],
    ["pki.untrusted", "an own root of the same name and another key below it", () => judge(issue({ name: "Mallory", issuer: issue({ name: "CA", ca: true }) }))],
    ["pki.expired", "leaf too old", () => judge(leaf({ to: "2025-01-01T00:00:00Z" }))],
    ["pki.not-yet-valid", "leaf too new", () => judge(leaf({ from: "2027-01-01T00:00:00Z" }))],
    ["pki.expired", "everything too old", () => judge(leaf(), [ca], { at: "2041-01-01T00:00:00Z" })],
    ["pki.not-a-ca", "issued by an end entity", () => judge(issue({ name: "Bob", issuer: endEntity }), [ca, endEntity])],
    ["pki.path-length", "an authority below one that allows none", () => judge(issue({ name: "Bob", issuer: below }), [flat, below])],
    ["pki.key-usage", "authority without keyCertSign", () => judge(issue({ name: "Bob", issuer: mute }), [mute])],
    ["pki.key-usage", "leaf that may not sign", () => judge(leaf({ keyUsage: 0x08 }))],
    ["pki.key-usage", "leaf that may not be encrypted to", () => judge(leaf({ keyUsage: 0x80 }), [ca], { purpose: "encrypt" })],
    ["pki.extended-key-usage", "leaf for servers", () => judge(leaf({ extendedKeyUsage: [SERVER_AUTH] }))],
    ["pki.extended-key-usage", "authority for servers", () => judge(issue({ name: "Bob", issuer: server }), [server])],
    ["pki.critical-extension", "leaf", () => judge(leaf({ critical: "1.2.3.4" }))],
    ["pki.algorithm", "SHA-1", () => judge(leaf({ digest: "sha1" }))],
    ["pki.name-constraints", "address outside", () => judge(issue({ name: "Bob", issuer: limited, emails: ["bob@example.com"] }), [limited])],
    ["pki.name-constraints", "one address inside and one outside", () => judge(issue({ name: "Bob", issuer: limited, emails: ["bob@example.org", "bob@example.com"] }), [limited])],
    ["pki.name-constraints", "excluded", () => judge(issue({ name: "Bob", issuer: excluding, emails: ["x@evil.example.net"] }), [excluding])],
    ["pki.name-constraints", "two disjoint constraints leave nothing", () => judge(issue({ name: "Bob", issuer: disjoint, emails: ["bob@example.org"] }), [limited, disjoint])],
  ])("%s: %s", async (code, _why, check) => {
    expect((await check()).code).toBe(code);
  });

  const endEntity = leaf();
  const flat = issue({ name: "Flat", issuer: root, ca: true, pathLength: 0 });
  const below = issue({ name: "Below", issuer: flat, ca: true });
  const mute = issue({ name: "Mute", issuer: root, ca: true, keyUsage: 0x80 });
  const server = issue({ name: "Server CA", issuer: root, ca: true, extendedKeyUsage: [SERVER_AUTH] });
  const limited = issue({ name: "Limited", issuer: root, ca: true, permittedEmail: "example.org" });
  const disjoint = issue({ name: "Disjoint", issuer: limited, ca: true, permittedEmail: "example.com" });
  const excluding = issue({ name: "Excluding", issuer: root, ca: true, excludedEmail: ".example.net" });

  it("accepts what is allowed: mail usage, addresses inside, encryption to an agreement key", async () => {
    expect((await judge(leaf({ extendedKeyUsage: [OID.emailProtection, SERVER_AUTH], keyUsage: 0xc0 }))).code).toBe("ok");
    expect((await judge(issue({ name: "Bob", issuer: limited, emails: ["Bob@Example.ORG"] }), [limited])).code).toBe("ok");
    expect((await judge(leaf({ keyUsage: 0x08 }), [ca], { purpose: "encrypt" })).code).toBe("ok");
    expect((await judge(issue({ name: "Bob", issuer: flat }), [flat])).code).toBe("ok");
  });

  it("an expired shorter path does not hide a valid longer one", async () => {
    const oldRoot = issue({ name: "CA", keyOf: ca, ca: true, to: "2021-01-01T00:00:00Z" });
    expect(await judge(leaf(), [ca], { anchors: [oldRoot, root] })).toEqual({ code: "ok", path: ["Alice", "CA", "Root"] });
  });

  it("a pinned leaf is trusted itself, and for nothing else", async () => {
    const pinned = leaf();
    expect(await judge(pinned, [], { anchors: [pinned] })).toEqual({ code: "ok", path: ["Alice"] });
    expect((await judge(issue({ name: "Bob", issuer: pinned }), [], { anchors: [pinned] })).code).toBe("pki.not-a-ca");
  });

  it("a changed certificate does not fit its issuer", async () => {
    const { certificate } = issue({ name: "Alice", issuer: root });
    const der = certificate.der.slice();
    const at = Buffer.from(der).indexOf("Alice");
    der.set(utf8("Malic"), at);
    const answer = await validatePath({ leaf: parseCertificate(der), others: [], anchors: [root.certificate], at: new Date("2026-01-01"), purpose: "sign" });
    expect(answer).toMatchObject({ code: "pki.signature", culprit: 0, path: [] });
  });

  it("authorities that certify each other end", async () => {
    const one = issue({ name: "One", ca: true });
    const two = issue({ name: "Two", issuer: one, ca: true });
    const back = issue({ name: "One", keyOf: one, issuer: two, ca: true });
    expect((await judge(issue({ name: "Bob", issuer: one }), [one, two, back])).code).toBe("pki.untrusted");
    expect((await judge(issue({ name: "Bob", issuer: one }), [one, two, back, issue({ name: "Two", keyOf: two, issuer: root, ca: true })])).code).toBe("ok");
  });

  it("a web of cross certificates reaches the limit instead of the end of the day", async () => {
    const members = Array.from({ length: 9 }, (_, i) => issue({ name: `M${i}`, ca: true }));
    const web = members.flatMap((holder, i) => members.flatMap((issuer, j) => (i === j ? [] : [issue({ name: `M${i}`, keyOf: holder, issuer, ca: true })])));
    const started = performance.now();
    expect((await judge(issue({ name: "Bob", issuer: members[0] }), web)).code).toBe("limits.path");
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("a chain longer than any real one reaches the limit", async () => {
    let last = root;
    const chain = Array.from({ length: pathLimits.depth + 2 }, (_, i) => (last = issue({ name: `L${i}`, issuer: last, ca: true })));
    expect((await judge(issue({ name: "Bob", issuer: last }), chain)).code).toBe("limits.path");
  });

  it("signatures that are slow to check have a budget of their own, and one left unchecked for want of it is not remembered", async () => {
    const slow = issue({ name: "Sub", issuer: ca, ca: true, digest: "sha224" });
    const crowd = Array.from({ length: pathLimits.slowChecks }, () => issue({ name: "CA", ca: true }));
    const cache = newPathCache();
    const ask = async (...others: Issued[]) =>
      (await validatePath({ leaf: slow.certificate, others: others.map(({ certificate }) => certificate), anchors: [root.certificate], at: new Date("2026-01-01T00:00:00Z"), purpose: "any", cache })).code;
    expect(await ask(...crowd, ca)).toBe("limits.path");
    expect(await ask(ca)).toBe("ok");
    cache.verdicts = newPathCache().verdicts;
    expect(await ask(...crowd.slice(1), ca)).toBe("ok");
  });
});

describe("hostile certificates", () => {
  it("are refused for an extension that stands there twice, known or not (RFC 5280 §4.2)", () => {
    for (const oid of ["1.2.3.4", OID.keyUsage]) {
      const twice = extension(oid, false, fromHex("03020780"));
      expect(() => leaf({ more: [twice] })).not.toThrow();
      expect(() => leaf({ more: [twice, twice] })).toThrow("pki.malformed");
    }
  });

  it("are refused as malformed, whatever is wrong", () => {
    const good = leaf().certificate.der;
    expect(() => parseCertificate(good.subarray(0, -1))).toThrow("pki.malformed");
    expect(() => parseCertificate(new Uint8Array([...good, 0]))).toThrow("pki.malformed");
    expect(() => parseCertificate(new Uint8Array(70_000))).toThrow("pki.malformed");
    for (const broken of ["", "30", "3080", "308000", "30840fffffff", "3003020101"]) expect(() => parseCertificate(fromHex(broken))).toThrow("pki.malformed");
    for (let i = 0; i < good.length; i += 3) {
      const changed = good.slice();
      changed[i] = (changed[i] as number) ^ 0x55;
      try {
        parseCertificate(changed);
      } catch (error) {
        expect((error as Error).message).toBe("pki.malformed");
      }
    }
  });
});
