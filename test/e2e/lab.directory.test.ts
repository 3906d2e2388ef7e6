import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AdStub, startAdStub } from "../lab/ad-stub.mjs";
import { type Lab, startLab } from "../lab/lab.mjs";
import { openssl } from "../lab/openssl.mjs";

/** What OpenLDAP's own client finds, as LDIF without wrapped lines; or its complaint. */
const ldapsearch = (args: string[], trust?: string): Promise<string> => new Promise((resolve) => {
  execFile("ldapsearch", ["-x", "-LLL", "-o", "ldif-wrap=no", "-o", "nettimeout=2", ...args], { env: { ...process.env, ...(trust && { LDAPTLS_CACERT: trust }) }, maxBuffer: 1 << 26, timeout: 10_000 },
    (error, stdout, stderr) => resolve(error ? `${stderr}${error.signal ?? ""}` : stdout));
});

const base64Values = (text: string, attribute: string): Buffer[] =>
  [...text.matchAll(new RegExp(`^${attribute}:: (.*)$`, "gm"))].map(([, value]) => Buffer.from(value ?? "", "base64"));

describe("the lab's OpenLDAP", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ name: "lab-directory" });
  });
  afterAll(async () => {
    await lab?.stop();
  });
  const search = async (filter: string, ...attributes: string[]): Promise<string> => ldapsearch(["-H", lab.openLdap.url, "-b", lab.openLdap.base, filter, ...attributes]);

  it("speaks TLS under the lab's root, from the start and after STARTTLS, and knows its reader's password", async () => {
    const { url, secureUrl, base, reader } = lab.openLdap;
    const found = /mail: bob@lab.test/;
    expect(await ldapsearch(["-H", secureUrl, "-b", base, "(uid=bob)", "mail"], lab.certificates.root)).toMatch(found);
    expect(await ldapsearch(["-H", secureUrl, "-b", base, "(uid=bob)", "mail"], lab.certificates.pem("eve"))).toMatch(/Can't contact LDAP server/);
    expect(await ldapsearch(["-ZZ", "-H", url, "-D", reader.name, "-w", reader.password, "-b", base, "(uid=bob)", "mail"], lab.certificates.root)).toMatch(found);
    expect(await ldapsearch(["-H", url, "-D", reader.name, "-w", "wrong", "-b", base, "(uid=bob)"])).toMatch(/Invalid credentials \(49\)/);
    expect(await search("(userPassword=*)", "userPassword")).not.toContain("userPassword");
  });

  it("holds certificates in either attribute, alike, different, for another address, or none", async () => {
    expect(base64Values(await search("(mail=alice@lab.test)"), "userCertificate;binary")).toEqual([readFileSync(lab.certificates.certificate("alice"))]);
    const bundle = base64Values(await search("(proxyAddresses=smtp:alice.example@lab.test)"), "userSMIMECertificate")[0];
    const inside = (await openssl(["pkcs7", "-inform", "DER", "-print_certs", "-noout"], { input: bundle ?? Buffer.alloc(0) })).stdout.toString();
    for (const name of ["Alice Example", "Lab Issuing CA", "Lab Root"]) expect(inside).toContain(`CN = ${name}`);
    const erin = await search("(uid=erin)");
    expect(base64Values(erin, "userCertificate;binary")).toEqual([readFileSync(lab.authority.certificates.certificate("erin-one"))]);
    expect(base64Values(erin, "userSMIMECertificate")[0]?.includes(readFileSync(lab.authority.certificates.certificate("erin-two")))).toBe(true);
    expect(await search("(uid=dave)")).not.toContain("ertificate");
  });

  it("takes other certificates for a person", async () => {
    const other = readFileSync(lab.authority.certificates.certificate("bob-crl"));
    await lab.openLdap.publish("bob", { certificates: [other], bundles: [] });
    expect(base64Values(await search("(uid=bob)"), "userCertificate;binary")).toEqual([other]);
    await lab.openLdap.publish("bob", { certificates: [readFileSync(lab.certificates.certificate("bob"))] });
  });

  it("has lists of people, of lists, by a search, and by addresses", async () => {
    expect((await search("(mail=team@lab.test)", "member")).match(/^member: uid=(.*?),/gm)).toHaveLength(4);
    expect(await search("(mail=loop-one@lab.test)", "member")).toContain("member: cn=loop-two");
    expect(await search("(mail=loop-two@lab.test)", "member")).toContain("member: cn=loop-one");
    const url = /memberURL: ldap:\/\/\/(.*)\?\?one\?(.*)/.exec(await search("(mail=sales@lab.test)"));
    const found = await ldapsearch(["-H", lab.openLdap.url, "-b", url?.[1] ?? "", "-s", "one", url?.[2] ?? "", "uid"]);
    expect(found.match(/^uid: .*$/gm)?.toSorted()).toEqual(["uid: bob", "uid: carol", "uid: dave"]);
    expect(await search("(mail=friends@lab.test)")).toContain("rfc822MailMember: guest@elsewhere.test");
  });

  it("is down, or says nothing, until it is well again, and writes down what it was asked", async () => {
    await lab.openLdap.down();
    expect(await search("(uid=alice)")).toMatch(/Can't contact LDAP server/);
    await lab.openLdap.well();
    await lab.openLdap.silent();
    const before = lab.openLdap.connections();
    const silent = search("(uid=carol)", "mail");
    await expect.poll(() => lab.openLdap.connections()).toBeGreaterThan(before);
    await lab.openLdap.well();
    expect(await silent).not.toContain("carol@lab.test");
    expect(await search("(uid=carol)", "mail")).toContain("carol@lab.test");
    const asked = async (): Promise<string[]> => (await lab.openLdap.searches()).map(({ filter }) => filter);
    await expect.poll(asked).toContain("(uid=carol)");
    expect(await asked()).not.toContain("(uid=alice)");
  });
});

describe("the stub of Active Directory", () => {
  let stub: AdStub;
  beforeAll(async () => {
    stub = await startAdStub({ members: 3700 });
  });
  afterAll(() => stub.close());
  const members = (text: string): number => text.match(/^member;range=[^:]*: /gm)?.length ?? 0;

  it("brings a long list in parts, as OpenLDAP's own client reads them", async () => {
    const ask = async (attribute: string): Promise<string> => ldapsearch(["-H", stub.url, "-b", stub.base, "(mail=crowd@ad.test)", attribute]);
    const first = await ask("member");
    expect([members(first), /member;range=0-1499/.test(first)]).toEqual([1500, true]);
    const second = await ask("member;range=1500-*");
    expect([members(second), /member;range=1500-2999/.test(second)]).toEqual([1500, true]);
    const last = await ask("member;range=3000-*");
    expect([members(last), /member;range=3000-\*/.test(last)]).toEqual([700, true]);
    expect(await ldapsearch(["-H", stub.url, "-b", stub.base, "(&(objectClass=group)(!(cn=crowd)))", "member"])).toMatch(/member: CN=crowd[^]*member: CN=Person 3701/);
  });

  it("refuses a wrong password, and names no entry that is not there", async () => {
    expect(await ldapsearch(["-H", stub.url, "-D", stub.reader.name, "-w", "wrong", "-b", stub.base, "(cn=crowd)"])).toMatch(/\(49\)/);
    expect(await ldapsearch(["-H", stub.url, "-D", stub.reader.name, "-w", stub.reader.password, "-b", `CN=Person 7,OU=People,${stub.base}`, "-s", "base", "(objectClass=*)", "mail"])).toContain("person-7@ad.test");
    expect(await ldapsearch(["-H", stub.url, "-b", `CN=Nobody,${stub.base}`, "-s", "base"])).toMatch(/\(32\)/);
  });
});
