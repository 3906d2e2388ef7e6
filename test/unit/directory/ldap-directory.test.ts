import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { ldapDirectory } from "../../../src/directory/ldap-directory.ts";
import { directoryLimits } from "../../../src/directory/limits.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { FoundCertificate } from "../../../src/protocol/directory.ts";
import { issue, type Issued } from "../pki/support/authority.ts";
import { fakeLdap, place, type FakeOptions, type Values } from "./fake-ldap.ts";

const root = issue({ name: "Root", ca: true });
const certificate = (wish: Partial<Parameters<typeof issue>[0]> = {}): Issued => issue({ name: "Bob", issuer: root, emails: ["bob@lab.test"], ...wish });
const bundle = (...all: Issued[]): Bytes => buildSignedData({ content: null, contentType: OID.data, signerInfos: [], certificates: all.map((each) => each.certificate.der), digestNames: [] });
const bob = certificate();
const dn = "uid=bob,ou=people,dc=lab,dc=test";

function directory(content: Record<string, Record<string, Values>>, options: FakeOptions & { useProxies?: boolean } = {}) {
  const fake = fakeLdap(content, options);
  return { ...fake, ...ldapDirectory(place(), { search: fake.search, clock: fake.clock, timeout: 15_000, useProxies: options.useProxies ?? true }) };
}
const person = (attributes: Record<string, Values>): Record<string, Record<string, Values>> => ({ [dn]: { objectClass: "inetOrgPerson", mail: "bob@lab.test", cn: "Bob Example", ...attributes } });
const found = async (attributes: Record<string, Values>): Promise<Bytes[]> => (await directory(person(attributes)).lookUp("bob@lab.test")).certificates.map((one: FoundCertificate) => one.certificate);

const byOctets = (a: Bytes, b: Bytes): number => Buffer.compare(a, b);

describe("certificates in LDAP (CE-03)", () => {
  it.each(["userCertificate", "userCertificate;binary", "usercertificate;BINARY", "userSMIMECertificate", "userSMIMECertificate;binary"])("are found in %s", async (attribute) => {
    expect(await found({ [attribute]: bob.certificate.der })).toEqual([bob.certificate.der]);
  });

  it("come with their chain out of userSMIMECertificate, after those of userCertificate", async () => {
    const other = certificate();
    const { certificates, name } = await directory(person({ userSMIMECertificate: bundle(other, root), "userCertificate;binary": bob.certificate.der })).lookUp("BOB@lab.test");
    expect(name).toBe("Bob Example");
    expect(certificates.map((one) => one.certificate)).toEqual([bob.certificate.der, other.certificate.der]);
    expect(certificates[1]).toMatchObject({ others: [root.certificate.der], source: "directory", place: "ldap.example.org", preferredAt: null });
  });

  it("have the chain that stands in another value of their entry, and none of another entry's", async () => {
    const [middle, elsewhere] = [certificate({ name: "Issuing", ca: true }), certificate({ name: "Elsewhere", ca: true })];
    const [one, two] = [certificate({ issuer: middle }), certificate({ issuer: middle })];
    const content = person({ "userCertificate;binary": one.certificate.der, userSMIMECertificate: bundle(two, middle, root) });
    content["uid=bob2,ou=people,dc=lab,dc=test"] = { objectClass: "inetOrgPerson", mail: "bob@lab.test", userSMIMECertificate: bundle(bob, elsewhere) };
    const { certificates } = await directory(content).lookUp("bob@lab.test");
    const chain = [middle.certificate.der, root.certificate.der].sort(byOctets);
    expect(certificates.map(({ others }) => others.toSorted(byOctets))).toEqual([chain, chain, [elsewhere.certificate.der]]);
    // An entry that is full of authorities hands on no more of them than a person may have certificates.
    const authorities = bundle(...Array.from({ length: directoryLimits.certificates + 5 }, (_, index) => certificate({ name: `CA ${index}`, ca: true })));
    const full = await directory(person({ userCertificate: bob.certificate.der, userSMIMECertificate: authorities })).lookUp("bob@lab.test");
    expect(full.certificates.map(({ others }) => others.length)).toEqual([directoryLimits.certificates]);
  });

  it("are not those that are expired, for something else than mail, or an authority's", async () => {
    const expired = certificate({ to: "2026-09-09T00:00:00Z" });
    const web = certificate({ extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] });
    expect(await found({ userCertificate: [expired.certificate.der, web.certificate.der, root.certificate.der] })).toEqual([]);
    const today = certificate({ to: "2026-09-10T00:00:00Z" });
    expect(await found({ userCertificate: today.certificate.der })).toEqual([today.certificate.der]);
  });

  it("are taken beside values that nobody can read", async () => {
    expect(await found({ userCertificate: [utf8("hello"), new Uint8Array(0), Uint8Array.of(0x30, 0x84, 255, 255, 255, 255), bob.certificate.der] })).toEqual([bob.certificate.der]);
  });

  it("are what OpenSSL bundles", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bundle-"));
    try {
      const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
      writeFileSync(join(folder, "all.pem"), pem(bob.certificate.der) + pem(root.certificate.der));
      const made = execFileSync("openssl", ["crl2pkcs7", "-nocrl", "-certfile", join(folder, "all.pem"), "-outform", "DER"]);
      expect(await found({ userSMIMECertificate: new Uint8Array(made) })).toEqual([bob.certificate.der]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are of a bounded number and size", async () => {
    const many = Array.from({ length: directoryLimits.values - 1 }, () => new Uint8Array(1));
    expect(await found({ userCertificate: [...many, bob.certificate.der] })).toHaveLength(1);
    expect(await found({ userCertificate: [...many, new Uint8Array(1), bob.certificate.der] })).toHaveLength(0);
    const all = bundle(...Array.from({ length: directoryLimits.certificates + 5 }, () => certificate()));
    expect((await found({ userSMIMECertificate: all })).length).toBe(directoryLimits.certificates);
    const padded = (size: number): Bytes => {
      const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(bob.certificate.der).toString("base64")}\n-----END CERTIFICATE-----\n`;
      return utf8(pem.padEnd(size, "\n"));
    };
    expect(await found({ userCertificate: padded(directoryLimits.value) })).toHaveLength(1);
    expect(await found({ userCertificate: padded(directoryLimits.value + 1) })).toHaveLength(0);
  });
});

describe("asking LDAP", () => {
  it("finds a person by other addresses, which the certificate may be for, unless switched off (CE-01)", async () => {
    const content = person({ proxyAddresses: ["SMTP:bob@lab.test", "smtp:bobby@old.test", "x400:c=us"], userCertificate: bob.certificate.der });
    const { certificates } = await directory(content).lookUp("bobby@old.test");
    expect(certificates.map(({ proxies }) => proxies)).toEqual([["bob@lab.test", "bobby@old.test"]]);
    expect((await directory(content, { useProxies: false }).lookUp("bobby@old.test")).certificates.map(({ proxies }) => proxies)).toEqual([undefined]);
  });

  it("believes no entry that does not have the address", async () => {
    const fake = fakeLdap({});
    const lying = { ...fake, search: () => Promise.resolve([{ dn, attributes: { mail: [utf8("eve@lab.test")], userCertificate: [bob.certificate.der] } }]) };
    const lied = ldapDirectory(place(), { search: lying.search, clock: fake.clock, timeout: 1, useProxies: true });
    expect((await lied.lookUp("bob@lab.test")).certificates).toEqual([]);
  });

  it("hands the typed text on as data, whatever stands in it", async () => {
    const empty = directory({});
    const { asked } = empty;
    await empty.lookUp("*)(uid=*@lab.test");
    expect(JSON.stringify(asked[0]?.filter)).toContain('"value":"*)(uid=*@lab.test"');
    expect(asked[0]).toMatchObject({ server: "ldaps://ldap.example.org:636", base: "dc=lab,dc=test", scope: "sub", login: null, timeout: 15_000 });
  });

  it("asks for many people in few questions, and for each alone where that is too much", async () => {
    const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`uid=p${i},dc=lab,dc=test`, { mail: `p${i}@lab.test`, cn: `P ${i}` }]));
    const everybody = directory(crowd);
    const names = await Promise.all(Object.keys(crowd).map(async (_, i) => (await everybody.lookUp(`p${i}@lab.test`)).name));
    expect(names).toEqual(Array.from({ length: 60 }, (_, i) => `P ${i}`));
    expect(everybody.asked.length).toBeLessThan(5);
    let first = true;
    const small = directory(crowd, { fails: () => (first ? ((first = false), new SmimeError("directory.too-many")) : null) });
    expect(await Promise.all([small.lookUp("p1@lab.test"), small.lookUp("p2@lab.test")])).toMatchObject([{ name: "P 1" }, { name: "P 2" }]);
  });

  it("says that an address with too many entries is not understood", async () => {
    const many = (count: number) => directory(Object.fromEntries(Array.from({ length: count }, (_, i) => [`uid=${i},dc=lab,dc=test`, { mail: "bob@lab.test" }]))).lookUp("bob@lab.test");
    expect(await many(directoryLimits.entries)).toMatchObject({ list: false });
    await expect(many(directoryLimits.entries + 1)).rejects.toThrow("directory.too-many");
  });

  it("completes names and addresses, at most twenty", async () => {
    const some = fakeLdap({ ...person({}), "uid=eve,dc=lab,dc=test": { mail: "eve@lab.test", displayName: "Eve Example" }, "cn=no mail,dc=lab,dc=test": { cn: "Bob Nomail" } });
    const searching = ldapDirectory(place(), { search: some.search, clock: some.clock, timeout: 1, useProxies: true });
    expect(await searching.search("bo")).toEqual([{ address: "bob@lab.test", name: "Bob Example" }]);
    expect(await searching.search("eve")).toEqual([{ address: "eve@lab.test", name: "Eve Example" }]);
    const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`uid=p${i},dc=lab,dc=test`, { mail: `p${i}@lab.test` }]));
    const fake = fakeLdap(crowd);
    expect(await ldapDirectory(place(), { search: fake.search, clock: fake.clock, timeout: 1, useProxies: true }).search("p")).toHaveLength(20);
  });
});
