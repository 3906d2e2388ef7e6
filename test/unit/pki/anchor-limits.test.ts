import { describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/policy/setting-values.ts";
import type { Settings } from "../../../src/policy/settings.ts";
import { type Fingerprinted, knownHolders, readAnchorLimits, refusePath } from "../../../src/pki/anchor-limits.ts";
import { type Issued, issue } from "./support/authority.ts";

const root = issue({ name: "Root", ca: true });
const other = issue({ name: "Other", ca: true });
const cross = issue({ name: "Root", keyOf: root, issuer: other, ca: true });
const ca = issue({ name: "CA", issuer: root, ca: true });
const leafFor = (...emails: string[]): Issued => issue({ name: "Alice", issuer: ca, emails });

const named = async ({ certificate }: Issued): Promise<Fingerprinted> => ({ certificate, sha256: await certificate.sha256() });
const fingerprint = (issued: Issued): Promise<string> => issued.certificate.sha256();

type Lists = Partial<Pick<Settings, "DistrustedCertificates" | "AuthorityDomains" | "DomainAuthorities">>;

/** The code against a path, or `ok`. */
async function judge(lists: Lists, path: Issued[], address: string | null, { distrusted = [] as string[], known = [root, other] } = {}): Promise<string> {
  const limits = readAnchorLimits({ DistrustedCertificates: [], AuthorityDomains: [], DomainAuthorities: [], ...lists }, distrusted);
  return refusePath(await Promise.all(path.map(named)), address, limits, knownHolders(await Promise.all(known.map(named))))?.code ?? "ok";
}

const path = (...emails: string[]): Issued[] => [leafFor(...emails), ca, root];

describe("certificates that no path may contain (CE-02)", () => {
  it("by the organisation's list or the user's decision, wherever they stand", async () => {
    const mine = path("alice@example.org");
    expect(await judge({}, mine, null)).toBe("ok");
    for (const each of mine) {
      expect(await judge({ DistrustedCertificates: [(await fingerprint(each)).toUpperCase().replace(/..(?!$)/g, "$&:")] }, mine, "alice@example.org")).toBe("pki.distrusted");
      expect(await judge({}, mine, null, { distrusted: [await fingerprint(each)] })).toBe("pki.distrusted");
    }
  });

  it("a cross-certificate of a distrusted authority is no way around it", async () => {
    expect(await judge({ DistrustedCertificates: [await fingerprint(root)] }, [leafFor("a@example.org"), ca, cross, other], null)).toBe("pki.distrusted");
    expect(await judge({ DistrustedCertificates: [await fingerprint(root)] }, [leafFor("a@example.org"), ca, cross, other], null, { known: [other] })).toBe("ok");
  });

  it("all of them while the list cannot be read", async () => {
    expect(await judge({ DistrustedCertificates: [EVERYTHING] }, path("alice@example.org"), null)).toBe("pki.distrusted");
  });
});

describe("an authority for some mail domains alone (AuthorityDomains)", () => {
  const limited = async (...domains: string[]): Promise<Lists> => ({ AuthorityDomains: [`${await fingerprint(root)} ${domains.join(" ")}`] });

  it.each([
    ["the domain", "alice@example.org", "ok"],
    ["another case", "Alice@EXAMPLE.Org", "ok"],
    ["a closing dot", "alice@example.org.", "ok"],
    ["a sub-domain, which is another domain", "alice@mail.example.org", "pki.authority-domains"],
    ["a name that only ends alike", "alice@badexample.org", "pki.authority-domains"],
    ["a name that only begins alike", "alice@example.org.evil.test", "pki.authority-domains"],
    ["the domain in the local part", "\"alice@example.org\"@evil.test", "pki.authority-domains"],
    ["two signs", "alice@example.org@evil.test", "pki.authority-domains"],
    ["no domain", "alice", "pki.authority-domains"],
    ["nothing", "", "pki.authority-domains"],
    ["an address literal", "alice@[192.0.2.1]", "pki.authority-domains"],
  ])("%s", async (_what, address, code) => {
    expect(await judge(await limited("example.org"), path("alice@example.org"), address)).toBe(code);
  });

  it("with a leading dot everything below and not the domain itself, as RFC 5280 has it", async () => {
    const below = await limited(".example.org");
    expect(await judge(below, path(), "a@mail.example.org")).toBe("ok");
    expect(await judge(below, path(), "a@deep.mail.example.org")).toBe("ok");
    expect(await judge(below, path(), "a@example.org")).toBe("pki.authority-domains");
    expect(await judge(below, path(), "a@badexample.org")).toBe("pki.authority-domains");
    expect(await judge(await limited("example.org", ".example.org"), path(), "a@example.org")).toBe("ok");
  });

  it("international domains are the same in both spellings", async () => {
    for (const written of ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example"]) {
      for (const asked of ["a@bücher.example", "a@xn--bcher-kva.example", "a@XN--BCHER-KVA.Example", "a@bu\u0308cher.example", "a@bücher。example"]) {
        expect(await judge(await limited(written), path(), asked), `${written} ${asked}`).toBe("ok");
      }
      expect(await judge(await limited(written), path(), "a@bucher.example")).toBe("pki.authority-domains");
    }
  });

  it("of a certificate with several addresses the one in question counts; without one all do, and none is not enough", async () => {
    const lists = await limited("example.org");
    const both = path("alice@example.org", "alice@example.net");
    expect(await judge(lists, both, "alice@example.org")).toBe("ok");
    expect(await judge(lists, both, "alice@example.net")).toBe("pki.authority-domains");
    expect(await judge(lists, both, null)).toBe("pki.authority-domains");
    expect(await judge(lists, path("alice@example.org"), null)).toBe("ok");
    expect(await judge(lists, path(), null)).toBe("pki.authority-domains");
  });

  it("holds through a cross-certificate under another authority, and not for others", async () => {
    const crossed = [leafFor("a@example.net"), ca, cross, other];
    expect(await judge(await limited("example.org"), crossed, "a@example.net")).toBe("pki.authority-domains");
    expect(await judge(await limited("example.org"), [issue({ name: "Bob", issuer: other }), other], "a@example.net")).toBe("ok");
  });

  it("several entries for one authority add up; an unreadable list leaves nothing", async () => {
    const twice: Lists = { AuthorityDomains: [`${await fingerprint(root)} example.org`, `${(await fingerprint(root)).toUpperCase()} example.net`] };
    expect(await judge(twice, path(), "a@example.org")).toBe("ok");
    expect(await judge(twice, path(), "a@example.net")).toBe("ok");
    expect(await judge({ AuthorityDomains: [EVERYTHING] }, path(), "a@example.net")).toBe("pki.authority-domains");
  });
});

describe("a mail domain under some authorities alone (DomainAuthorities)", () => {
  const own = async (...authorities: Issued[]): Promise<Lists> => ({ DomainAuthorities: [`example.org ${(await Promise.all(authorities.map(fingerprint))).join(" ")}`] });

  it("under the named one, root or not, and under no other", async () => {
    expect(await judge(await own(root), path(), "a@example.org")).toBe("ok");
    expect(await judge(await own(other, ca), path(), "a@EXAMPLE.org")).toBe("ok");
    expect(await judge(await own(other), path(), "a@example.org")).toBe("pki.domain-authorities");
    expect(await judge(await own(other), path(), "a@example.net")).toBe("ok");
    expect(await judge(await own(other), path(), "a@mail.example.org")).toBe("ok");
  });

  it("a permission is for the named certificate, not for another of the same name and key", async () => {
    expect(await judge(await own(root), [leafFor(), ca, cross, other], "a@example.org")).toBe("pki.domain-authorities");
  });

  it("a single certificate that the user trusts does not get around it", async () => {
    const leaf = leafFor("a@example.org");
    expect(await judge(await own(root), [leaf], "a@example.org")).toBe("pki.domain-authorities");
    expect(await judge(await own(root, leaf), [leaf], "a@example.org")).toBe("ok");
  });

  it("without an address every one that the certificate names counts", async () => {
    expect(await judge(await own(other), path("a@example.net", "a@example.org"), null)).toBe("pki.domain-authorities");
    expect(await judge(await own(other), path("a@example.net"), null)).toBe("ok");
  });

  it("whose holder cannot be known stands under the named ones too", async () => {
    for (const address of [null, "nobody", "@", ""]) {
      expect([address, await judge(await own(other), path(), address)]).toEqual([address, "pki.domain-authorities"]);
      expect([address, await judge(await own(root), path(), address)]).toEqual([address, "ok"]);
      expect([address, await judge({}, path(), address)]).toEqual([address, "ok"]);
    }
    expect(await judge(await own(other), path("nobody"), null)).toBe("pki.domain-authorities");
  });

  it("nothing while the list cannot be read", async () => {
    expect(await judge({ DomainAuthorities: [EVERYTHING] }, path(), "a@example.net")).toBe("pki.domain-authorities");
  });
});
