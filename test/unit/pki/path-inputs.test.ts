import { afterEach, describe, expect, it, vi } from "vitest";
import type { Code } from "../../../src/base/codes/index.ts";
import { BoundedMap } from "../../../src/pki/bounded-map.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { derElement, derNull, derSequence, derTagged } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { pathLimits, type PathRequest, validatePath } from "../../../src/pki/path.ts";
import { newPathCache, pathCacheLimits } from "../../../src/pki/path-cache.ts";
import { notAsked, type RevocationVerdict } from "../../../src/pki/revocation/check-revocation.ts";
import { validateWithRevocation } from "../../../src/pki/revocation/validate-with-revocation.ts";
import { extension, type Issued, issue } from "./support/authority.ts";
import { altNames, nameConstraints, policyConstraints, rfc822 } from "./support/path-extensions.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const root = issue({ name: "Root", ca: true });
const ca = issue({ name: "CA", issuer: root, ca: true });
const alice = issue({ name: "Alice", issuer: ca, more: [altNames(rfc822("alice@example.org"))] });

function request(leaf: Issued, more: Partial<PathRequest> = {}, others: Issued[] = [ca], anchors: Issued[] = [root]): PathRequest {
  const certificates = (list: Issued[]) => list.map(({ certificate }) => certificate);
  return { leaf: leaf.certificate, others: certificates(others), anchors: certificates(anchors), at: new Date("2026-01-01"), purpose: "any", ...more };
}

const judge = async (...given: Parameters<typeof request>): Promise<Code> => (await validatePath(request(...given))).code;

describe("inputs of path validation (CE-02)", () => {
  it("names that are permitted and excluded from the start", async () => {
    expect(await judge(alice, { permittedSubtrees: [{ kind: "rfc822", text: "example.org" }] })).toBe("ok");
    expect(await judge(alice, { permittedSubtrees: [{ kind: "rfc822", text: "example.com" }] })).toBe("pki.name-constraints");
    expect(await judge(alice, { excludedSubtrees: [{ kind: "rfc822", text: "example.org" }] })).toBe("pki.name-constraints");
  });

  it("the number of certificates between", async () => {
    expect(await judge(alice, { maxDepth: 1 })).toBe("ok");
    expect(await judge(alice, { maxDepth: 0 })).toBe("limits.path");
    expect(await judge(issue({ name: "Bob", issuer: root }), { maxDepth: 0 }, [])).toBe("ok");
  });

  it("keys and digests", async () => {
    const old = issue({ name: "Old", issuer: ca, digest: "sha1" });
    expect(await judge(old)).toBe("pki.algorithm");
    expect(await judge(old, { algorithms: { minRsaBits: 2048, minEcBits: 256, refusedDigests: ["md5"] } })).toBe("ok");
  });

  it("PC-02: a purpose that leaves mail out refuses a path, wherever in it it stands", async () => {
    const tls = issue({ name: "CA", keyOf: ca, issuer: root, ca: true, extendedKeyUsage: [SERVER_AUTH] });
    expect(await judge(alice, { purpose: "mail" }, [tls])).toBe("pki.extended-key-usage");
    expect(await judge(issue({ name: "Bob", issuer: ca, extendedKeyUsage: [SERVER_AUTH, OID.anyExtendedKeyUsage] }), { purpose: "mail" })).toBe("ok");
  });

  it("the purpose: mail is signing or encrypting, any asks nothing, another is asked for by name", async () => {
    const server = issue({ name: "Server", issuer: ca, keyUsage: 0x08, extendedKeyUsage: [SERVER_AUTH] });
    expect(await judge(server, { purpose: "mail" })).toBe("pki.extended-key-usage");
    expect(await judge(server, { purpose: "any" })).toBe("ok");
    expect(await judge(server, { purpose: "any", keyPurpose: SERVER_AUTH })).toBe("ok");
    expect(await judge(server, { purpose: "any", keyPurpose: OID.emailProtection })).toBe("pki.extended-key-usage");
    expect(await judge(issue({ name: "E", issuer: ca, keyUsage: 0x08 }), { purpose: "mail" })).toBe("ok");
    expect(await judge(issue({ name: "S", issuer: ca, keyUsage: 0x80 }), { purpose: "mail" })).toBe("ok");
    expect(await judge(issue({ name: "C", issuer: ca, keyUsage: 0x04 }), { purpose: "mail" })).toBe("pki.key-usage");
  });

  it("the last second belongs to the period", async () => {
    const brief = issue({ name: "Brief", issuer: ca, from: "2025-01-01T00:00:00Z", to: "2025-06-01T00:00:00Z" });
    expect(await judge(brief, { at: new Date("2025-06-01T00:00:00.900Z") })).toBe("ok");
    expect(await judge(brief, { at: new Date("2025-06-01T00:00:01Z") })).toBe("pki.expired");
    expect(await judge(brief, { at: new Date("2024-12-31T23:59:59.900Z") })).toBe("pki.not-yet-valid");
  });
});

describe("terms of an anchor (CE-02)", () => {
  it("limit it to domains", async () => {
    const only = (domain: string) => ({ anchorTerms: () => ({ permittedSubtrees: [{ kind: "rfc822" as const, text: domain }] }) });
    expect(await judge(alice, only("example.org"))).toBe("ok");
    expect(await judge(alice, only("example.com"))).toBe("pki.name-constraints");
  });

  it("leave its dates and its extensions out", async () => {
    const old = issue({ name: "Old", ca: true, to: "2021-01-01T00:00:00Z", pathLength: 0, more: [nameConstraints({ permitted: [rfc822("example.com")] })] });
    const below = issue({ name: "CA", keyOf: ca, issuer: old, ca: true });
    const judged = (anchorTerms?: PathRequest["anchorTerms"]) => judge(alice, { anchorTerms }, [below], [old]);
    expect(await judged()).toBe("pki.path-length");
    expect(await judged(() => ({ extensions: "ignored" }))).toBe("pki.expired");
    expect(await judged(() => ({ extensions: "ignored", dates: "ignored" }))).toBe("ok");
    // What is below an anchor is held to its own extensions whatever the anchor's terms are.
    const narrow = issue({ name: "CA", keyOf: ca, issuer: old, ca: true, more: [nameConstraints({ permitted: [rfc822("example.com")] })] });
    expect(await judge(alice, { anchorTerms: () => ({ extensions: "ignored", dates: "ignored" }) }, [narrow], [old])).toBe("pki.name-constraints");
  });

  it("trust it for issuing, or itself, alone", async () => {
    expect(await judge(alice, { anchorTerms: () => ({ trustedFor: "itself" }) })).toBe("pki.untrusted");
    expect(await judge(alice, { anchorTerms: () => ({ trustedFor: "itself" }) }, [], [alice])).toBe("ok");
    expect(await judge(alice, { anchorTerms: () => ({ trustedFor: "issuing" }) }, [], [alice])).toBe("pki.untrusted");
  });

  it("that forbid a path do not forbid another through the same certificate", async () => {
    const anchorTerms: PathRequest["anchorTerms"] = (anchor) => (anchor === ca.certificate ? { permittedSubtrees: [{ kind: "rfc822", text: "example.com" }] } : undefined);
    expect(await judge(alice, { anchorTerms }, [], [ca])).toBe("pki.name-constraints");
    expect(await judge(alice, { anchorTerms }, [], [ca, root])).toBe("ok");
  });
});

describe("what RFC 5280 asks of issuers (CE-02)", () => {
  const keyIdentifier = extension(OID.subjectKeyIdentifier, false, derElement(0x04, Uint8Array.of(1)));
  const authorityKeyIdentifier = (critical: boolean) => extension(OID.authorityKeyIdentifier, critical, derSequence(derElement(0x80, Uint8Array.of(1))));

  it("is held against those who break it for no reason", async () => {
    expect(await judge(issue({ name: "Bob", issuer: ca, more: [authorityKeyIdentifier(true)] }))).toBe("pki.profile");
    expect(await judge(issue({ name: "Bob", issuer: ca, more: [nameConstraints({ permitted: [rfc822("example.org")] })] }))).toBe("pki.profile");
  });

  it("counts in full only if asked for", async () => {
    const strictRoot = issue({ name: "Root", ca: true, more: [keyIdentifier] });
    const bob = issue({ name: "Bob", issuer: strictRoot, more: [authorityKeyIdentifier(false)] });
    const bare = issue({ name: "Bare", issuer: strictRoot });
    expect(await judge(bob, { strict: true }, [], [strictRoot])).toBe("ok");
    expect(await judge(bare, {}, [], [strictRoot])).toBe("ok");
    expect(await judge(bare, { strict: true }, [], [strictRoot])).toBe("pki.profile");
    expect(await judge(alice)).toBe("ok");
    expect(await judge(alice, { strict: true })).toBe("pki.profile");
  });

  it("malformed extensions make the certificate unreadable", () => {
    const unreadable: [string, () => Issued][] = [
      ["no usage at all", () => issue({ name: "X", keyUsage: 0 })],
      ["an empty list of purposes", () => issue({ name: "X", more: [extension(OID.extendedKeyUsage, false, derSequence())] })],
      ["no constraint on policies", () => issue({ name: "X", more: [policyConstraints(null)] })],
      ["no subtree", () => issue({ name: "X", more: [nameConstraints({})] })],
      ["a mask with a hole", () => issue({ name: "X", more: [nameConstraints({ permitted: [derElement(0x87, Uint8Array.of(10, 0, 0, 0, 255, 0, 255, 0))] })] })],
      ["an issuer without serial", () => issue({ name: "X", more: [extension(OID.authorityKeyIdentifier, false, derSequence(derTagged(1, derElement(0x81, Uint8Array.of(0x61)))))] })],
      ["policies that are none", () => issue({ name: "X", more: [extension(OID.certificatePolicies, false, derSequence(derNull()))] })],
    ];
    for (const [, make] of unreadable) expect(make).toThrow("pki.malformed");
  });
});

describe("what one validation leaves for the next", () => {
  afterEach(() => vi.restoreAllMocks());

  it("certificates under one issuer cost their own signatures alone", async () => {
    const people = Array.from({ length: 20 }, (_, i) => issue({ name: `Person ${i}`, issuer: ca }));
    const verify = vi.spyOn(crypto.subtle, "verify");
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    const cache = newPathCache();
    for (const person of people) expect(await judge(person, { cache })).toBe("ok");
    expect(verify).toHaveBeenCalledTimes(people.length + 1);
    expect(importKey).toHaveBeenCalledTimes(2);
  });

  it("a changed certificate of the same names is not the one that was known", async () => {
    const cache = newPathCache();
    const forged = issue({ name: "CA", issuer: issue({ name: "Root", ca: true }), keyOf: ca, ca: true });
    expect(await judge(alice, { cache })).toBe("ok");
    expect(await judge(alice, { cache }, [forged])).toBe("pki.signature");
    expect(await judge(alice, { cache })).toBe("ok");
  });

  it("trust, time and purpose are asked anew", async () => {
    const cache = newPathCache();
    expect(await judge(alice, { cache })).toBe("ok");
    expect(await judge(alice, { cache, at: new Date("2041-01-01") })).toBe("pki.expired");
    expect(await judge(alice, { cache }, [ca], [])).toBe("pki.untrusted");
  });

  it("keeps authorities only, and so many of them", async () => {
    const cache = newPathCache();
    await judge(alice, { cache });
    expect(cache.verdicts.size).toBe(1);
    for (let i = 0; i < pathCacheLimits.verdicts.entries; i++) cache.verdicts.set(`old ${i}`, "valid");
    const other = issue({ name: "Other", issuer: root, ca: true });
    expect(await judge(issue({ name: "Bob", issuer: other }), { cache }, [other])).toBe("ok");
    expect(cache.verdicts.size).toBe(pathCacheLimits.verdicts.entries);
  });

  it("keeps as few octets of a large authority as of a small one", async () => {
    const set = vi.spyOn(BoundedMap.prototype, "set");
    const large = issue({ name: "Large", issuer: root, ca: true, more: [altNames(...Array.from({ length: 2000 }, (_, i) => rfc822(`a${i}@example.org`)))] });
    expect(large.certificate.der.length).toBeGreaterThan(32768);
    expect(await judge(issue({ name: "Bob", issuer: large }), { cache: newPathCache() }, [large])).toBe("ok");
    const verdicts = set.mock.calls.filter(([, value]) => value === "valid");
    expect(verdicts.map(([name]) => name.length)).toEqual([pathCacheLimits.verdicts.octets / pathCacheLimits.verdicts.entries]);
  });

  it("knows an authority again that is read anew", async () => {
    const cache = newPathCache();
    expect(await judge(alice, { cache })).toBe("ok");
    const verify = vi.spyOn(crypto.subtle, "verify");
    expect(await judge(alice, { cache }, [{ ...ca, certificate: parseCertificate(ca.certificate.der) }])).toBe("ok");
    expect(verify).toHaveBeenCalledTimes(1);
  });
});

describe("paths and revocation (CE-04)", () => {
  const verdict = (code: Code, path: PathRequest["others"]): RevocationVerdict => ({ ...notAsked(path), code });

  it("a revoked path does not hide another", async () => {
    const cross = issue({ name: "CA", keyOf: ca, issuer: root, ca: true, from: "2024-01-01T00:00:00Z" });
    const asked: string[][] = [];
    const { answer, revocation } = await validateWithRevocation(request(alice, {}, [ca, cross]), (path) => {
      asked.push(path.map(({ serial }) => serial));
      return Promise.resolve(verdict(path[1] === cross.certificate ? "revocation.revoked" : "ok", path));
    });
    expect(asked).toHaveLength(2);
    expect(answer).toMatchObject({ code: "ok", path: [alice.certificate, ca.certificate, root.certificate] });
    expect(revocation.code).toBe("ok");
  });

  it.each([true, false])("that the certificate itself was revoked is not hidden by another path's that could not be checked (the first path: %s)", async (first) => {
    const cross = issue({ name: "CA", keyOf: ca, issuer: root, ca: true, from: "2024-01-01T00:00:00Z" });
    const revokedOn = (path: PathRequest["others"]): boolean => (path[1] === cross.certificate) === first;
    const { revocation, answer } = await validateWithRevocation(request(alice, {}, [ca, cross]), (path) => {
      const { certificates, ...rest } = verdict(revokedOn(path) ? "revocation.revoked" : "revocation.unavailable", path);
      return Promise.resolve({ ...rest, certificates: certificates.map((each, i) => ({ ...each, state: i === 0 && revokedOn(path) ? "revoked" as const : "unreachable" as const })) });
    });
    expect([answer.code, revocation.code]).toEqual(["ok", "revocation.revoked"]);
    expect(revokedOn(answer.path)).toBe(true);
  });

  it("the only path stays the path, and its revocation is told beside it", async () => {
    const { answer, revocation } = await validateWithRevocation(request(alice), (path) => Promise.resolve(verdict("revocation.revoked", path)));
    expect(answer.code).toBe("ok");
    expect(answer.path).toHaveLength(3);
    expect(revocation.code).toBe("revocation.revoked");
  });

  it("nobody is asked about a path that does not hold, and of many paths the limit is asked", async () => {
    let asked = 0;
    const check = (path: PathRequest["others"]) => Promise.resolve(verdict(++asked > 0 ? "revocation.unavailable" : "ok", path));
    expect((await validateWithRevocation(request(alice, { at: new Date("2041-01-01") }), check)).answer.code).toBe("pki.expired");
    expect(asked).toBe(0);
    const crosses = Array.from({ length: pathLimits.confirmations + 3 }, () => issue({ name: "CA", keyOf: ca, issuer: root, ca: true }));
    await validateWithRevocation(request(alice, {}, crosses), check);
    // Certificates of one holder differ in their serial numbers; each is a path of its own.
    expect(asked).toBe(pathLimits.confirmations);
  });
});

describe("the best failure is told (CE-04)", () => {
  it("one that only time forbids before one that an authority forbids", async () => {
    const old = issue({ name: "CA", keyOf: ca, issuer: root, ca: true, to: "2021-01-01T00:00:00Z" });
    const narrow = issue({ name: "CA", keyOf: ca, issuer: root, ca: true, more: [nameConstraints({ permitted: [rfc822("example.com")] })] });
    for (const others of [[old, narrow], [narrow, old]]) {
      const answer = await validatePath(request(alice, {}, others));
      expect(answer).toMatchObject({ code: "pki.expired", culprit: 1, path: [alice.certificate, old.certificate, root.certificate] });
    }
  });

  it("how far the longest path went that ended at nobody trusted", async () => {
    const answer = await validatePath(request(alice, {}, [ca], []));
    expect(answer).toMatchObject({ code: "pki.untrusted", path: [], reached: [alice.certificate, ca.certificate] });
  });
});
