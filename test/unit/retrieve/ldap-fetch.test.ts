import { afterEach, describe, expect, it } from "vitest";
import { concat, hex, latin1 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { certificateBlobs } from "../../../src/pki/certificate-file.ts";
import type { Retrieval } from "../../../src/protocol/retrieval.ts";
import { networkFetcher } from "../../../src/retrieve/fetcher.ts";
import { readLdapUrl } from "../../../src/retrieve/ldap-url.ts";
import { DONE, entry, type LdapStub, ldapStub, message, result, tlv } from "./ldap-stub.ts";

const stubs: LdapStub[] = [];
afterEach(() => stubs.splice(0).forEach((stub) => stub.close()));

async function holding(attributes: Record<string, (Uint8Array | string)[]>): Promise<LdapStub> {
  const made = await ldapStub(({ id }, socket) => void socket.write(concat(message(id, entry("cn=CA", attributes)), message(id, result(DONE)))));
  stubs.push(made);
  return made;
}

const fetched = (url: string, more: Partial<Retrieval> = {}, allowedHosts = ["127.0.0.1"], each = 20_000): Promise<Uint8Array> =>
  networkFetcher({ each, all: 20_000, allowedHosts })({ kind: "crl", url, body: null, size: 1000, ...more });
const outcome = (answer: Promise<Uint8Array>): Promise<string> => answer.then((octets) => latin1(octets), codeOf);

describe("an LDAP address (RFC 4516)", () => {
  it("names a server, an entry, attributes and a condition", () => {
    expect(readLdapUrl("ldap://dir.test:1389/cn=CA%201,o=Org%2CInc?certificateRevocationList;binary,x?base?(objectClass=cRLDistributionPoint)")).toEqual({
      server: "ldap://dir.test:1389",
      base: "cn=CA 1,o=Org,Inc",
      attributes: ["certificateRevocationList;binary", "x"],
      filter: { kind: "equal", attribute: "objectClass", value: "cRLDistributionPoint" },
    });
    expect(readLdapUrl("ldaps://dir.test/cn=CA")).toMatchObject({ server: "ldaps://dir.test", attributes: [], filter: { kind: "present", attribute: "objectClass" } });
    // As authorities of Windows write them: without parentheses.
    expect(readLdapUrl("ldap://dir.test/cn=CA?cACertificate?base?objectClass=*").filter).toEqual({ kind: "present", attribute: "objectClass" });
    expect(readLdapUrl("ldap://dir.test/cn=CA???cn=a%5c2ab").filter).toEqual({ kind: "equal", attribute: "cn", value: "a*b" });
  });

  it.each(["ldap:///cn=CA", "http://dir.test/", "ldap://dir.test/cn=CA??sub", "ldap://dir.test/cn=CA???(&(a=b)(c=d))", "ldap://dir.test/cn=CA???(a=b", "ldap://dir.test/cn=CA???a=b*", "ldap://dir.test/cn=CA???a=%5cx", "ldap://dir.test/cn=CA????!bindname=x", "ldap://dir.test/%ff", "ldap://dir.test/a?b?base?c=d?e?f", ""])("%s is refused", (url) => {
    expect(() => readLdapUrl(url)).toThrow("revocation.fetch");
  });
});

describe("fetching over LDAP (RFC 4523, RV-04)", () => {
  it("gives a revocation list, whatever options the server writes", async () => {
    for (const name of ["certificateRevocationList;binary", "certificaterevocationlist"]) {
      const { url, asked } = await holding({ [name]: ["list", "second"] });
      expect(await outcome(fetched(`${url}/cn=CA?certificateRevocationList`))).toBe("list");
      expect(latin1(asked[0]?.raw as Uint8Array)).toContain("certificateRevocationList;binary");
    }
    const { url } = await holding({ "deltaRevocationList;binary": ["delta"], "certificateRevocationList;binary": ["whole"] });
    expect(await outcome(fetched(`${url}/cn=CA?deltaRevocationList`))).toBe("delta");
    expect(await outcome(fetched(`${url}/cn=CA`))).toBe("whole");
  });

  it("gives an issuer's certificates, those of pairs too", async () => {
    const one = tlv(0x30, tlv(0x30, tlv(0x02, new Uint8Array([1]))));
    const two = tlv(0x30, tlv(0x30, tlv(0x02, new Uint8Array([2]))));
    const { url } = await holding({ "cACertificate;binary": [one], "crossCertificatePair;binary": [tlv(0x30, tlv(0xa0, two)), tlv(0x30, tlv(0xa1, one)), "nonsense"] });
    const file = await fetched(`${url}/cn=CA?cACertificate,crossCertificatePair`, { kind: "issuer" });
    expect(certificateBlobs(file).map(hex)).toEqual([one, two, one].map(hex));
  });

  it("asks for nothing else, and answers no question that is posted", async () => {
    const { url, asked } = await holding({ userPassword: ["secret"] });
    expect(await outcome(fetched(`${url}/cn=CA?userPassword`))).toBe("revocation.fetch");
    expect(await outcome(fetched(`${url}/cn=CA?certificateRevocationList`, { kind: "issuer" }))).toBe("revocation.fetch");
    expect(await outcome(fetched(`${url}/cn=CA`, { kind: "ocsp" }))).toBe("revocation.fetch");
    expect(await outcome(fetched(`${url}/cn=CA`, { body: new Uint8Array(1) }))).toBe("revocation.fetch");
    expect(asked).toEqual([]);
    expect(await outcome(fetched(`${url}/cn=CA`))).toBe("revocation.fetch");
  });

  it("goes to no address inside that nobody listed", async () => {
    const { port, asked } = await holding({ certificateRevocationList: ["list"] });
    for (const host of ["127.0.0.1", "localhost", "[::1]", "10.255.255.1", "0x7f.1"]) expect(await outcome(fetched(`ldap://${host}:${port}/cn=CA`, {}, [])), host).toBe("revocation.fetch-address");
    expect(asked).toEqual([]);
  });

  it("keeps to size and time", async () => {
    const { url } = await holding({ certificateRevocationList: ["x".repeat(1000)] });
    expect((await outcome(fetched(`${url}/cn=CA`))).length).toBe(1000);
    expect(await outcome(fetched(`${url}/cn=CA`, { size: 999 }))).toBe("limits.revocation");
    const large = await holding({ certificateRevocationList: ["x".repeat(100_000)] });
    expect(await outcome(fetched(`${large.url}/cn=CA`))).toBe("limits.revocation");
    const silent = await ldapStub(() => undefined);
    stubs.push(silent);
    expect(await outcome(fetched(`${silent.url}/cn=CA`, {}, ["127.0.0.1"], 200))).toBe("revocation.fetch-time");
    expect(await outcome(fetched("ldap://127.0.0.1:1/cn=CA"))).toBe("revocation.fetch");
  });
});
