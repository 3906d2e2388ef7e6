import { describe, expect, it } from "vitest";
import { codeOf, SmimeError } from "../../../src/base/errors.ts";
import { ldapDirectory } from "../../../src/directory/ldap-directory.ts";
import { directoryLimits } from "../../../src/directory/limits.ts";
import type { ExpansionBudget } from "../../../src/protocol/directory.ts";
import { fakeLdap, place, type FakeOptions, type Values } from "./fake-ldap.ts";

type Content = Record<string, Record<string, Values>>;
const people = "ou=people,dc=lab,dc=test";
const dn = (who: string): string => `uid=${who},${people}`;
const person = (who: string, more: Record<string, Values> = {}): Content => ({ [dn(who)]: { objectClass: "inetOrgPerson", mail: `${who}@lab.test`, cn: who, ...more } });
const listDn = (name: string): string => `cn=${name},ou=lists,dc=lab,dc=test`;
const list = (name: string, more: Record<string, Values>): Content => ({ [listDn(name)]: { objectClass: "groupOfNames", mail: `${name}@lab.test`, cn: name, ...more } });
const everybody: Content = { ...person("bob"), ...person("carol"), ...person("dave", { departmentNumber: "Sales" }) };

function expanding(content: Content, options: FakeOptions = {}, more: object = {}) {
  const fake = fakeLdap(content, options);
  const directory = ldapDirectory(place(undefined, more), { search: fake.search, clock: fake.clock, timeout: 15_000, useProxies: true });
  return { ...fake, expand: (name: string, budget: Partial<ExpansionBudget> = {}) => directory.expand(`${name}@lab.test`, { deadline: Infinity, members: 5000, ...budget }), lookUp: (address: string) => directory.lookUp(address) };
}
const addresses = async (content: Content, name = "team", more: object = {}): Promise<string[] | undefined> => (await expanding(content, {}, more).expand(name))?.members.map(({ address }) => address);
const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => "found", codeOf);

describe("lists in LDAP", () => {
  it("are found by their address, and nothing else is one", async () => {
    const all = { ...everybody, ...list("team", { member: [dn("bob"), dn("carol")], proxyAddresses: "smtp:all@lab.test" }) };
    expect(await addresses(all)).toEqual(["bob@lab.test", "carol@lab.test"]);
    expect(await addresses(all, "ALL")).toEqual(["bob@lab.test", "carol@lab.test"]);
    expect(await addresses(all, "bob")).toBeUndefined();
    expect(await expanding(all).lookUp("team@lab.test")).toMatchObject({ list: true });
    expect(await expanding(all).lookUp("bob@lab.test")).toMatchObject({ list: false });
  });

  it.each([
    ["groupOfUniqueNames", { objectClass: "groupOfUniqueNames", uniqueMember: [dn("bob"), `${dn("carol")}#'0101'B`] }],
    ["names written otherwise", { member: [dn("bob").replace(/,/g, ", ").toUpperCase(), dn("carol")] }],
    ["addresses alone", { objectClass: "nisMailAlias", rfc822MailMember: ["bob@lab.test", "carol@lab.test"] }],
    ["a search", { objectClass: "groupOfURLs", memberURL: [`ldap:///${people}??one?(|(cn=bob)(cn=car*))`] }],
    ["members named twice", { member: [dn("bob"), dn("bob"), dn("carol")], rfc822MailMember: "CAROL@lab.test" }],
  ])("may have %s", async (_what, attributes) => {
    expect(await addresses({ ...everybody, ...list("team", attributes) })).toEqual(["bob@lab.test", "carol@lab.test"]);
  });

  it("may name their members in an attribute that somebody configured", async () => {
    expect(await addresses({ ...everybody, ...list("team", { objectClass: "house", houseMember: dn("bob") }) }, "team", { memberAttributes: ["houseMember"] })).toEqual(["bob@lab.test"]);
  });

  it("may lie in lists, in whatever circles, each once", async () => {
    const all = { ...everybody, ...list("team", { member: [dn("bob"), listDn("inner")] }), ...list("inner", { member: [listDn("team"), listDn("inner"), dn("carol")], rfc822MailMember: ["team@lab.test", "dave@lab.test"] }) };
    expect(await addresses(all)).toEqual(["bob@lab.test", "carol@lab.test", "dave@lab.test"]);
  });

  it("name members of whom no address is known", async () => {
    const all = { ...everybody, ...list("team", { member: [dn("bob"), dn("nobody"), "cn=printer,dc=lab,dc=test"] }), "cn=printer,dc=lab,dc=test": { objectClass: "device", cn: "Printer" } };
    expect(await expanding(all).expand("team")).toEqual({ members: [{ address: "bob@lab.test", name: "bob" }], unresolved: ["Printer", dn("nobody")] });
  });

  it.each(["ldap://elsewhere.test/dc=x??sub?(cn=*)", "ldap:///dc=lab,dc=test??sub?(cn>=a)", "ldap:///dc=lab,dc=test??sub?(cn=a*b)", "ldap:///dc=lab??children?(cn=a)", "https://x/", "ldap:///%zz??sub?(cn=a)", "ldap:///dc=lab??sub?(cn=a)?!x=1"])("are not complete with the search %s", async (memberURL) => {
    const all = { ...everybody, ...list("team", { objectClass: "groupOfURLs", memberURL, member: dn("bob") }) };
    expect(await expanding(all).expand("team")).toMatchObject({ members: [{ address: "bob@lab.test" }], unresolved: ["team"] });
  });

  it("inside of which nobody can look are named, too", async () => {
    const all = { ...everybody, ...list("team", { member: [dn("bob"), listDn("moving")] }), ...list("moving", { objectClass: "msExchDynamicDistributionList" }) };
    expect(await expanding(all).expand("team")).toMatchObject({ members: [{ address: "bob@lab.test" }], unresolved: ["moving"] });
    expect(await expanding(all).expand("moving")).toEqual({ members: [], unresolved: ["moving"] });
  });

  const crowd = (count: number): Content => Object.fromEntries(Array.from({ length: count }, (_, i) => Object.entries(person(`p${i}`))[0] as [string, Record<string, Values>]));
  const crowdList = (count: number): Content => ({ ...crowd(count), ...list("team", { objectClass: "group", member: Array.from({ length: count }, (_, i) => dn(`p${i}`)) }) });

  it.each([1500, 1501, 3000, 3700])("of %i members come in parts, as Active Directory gives them", async (count) => {
    const { expand, asked } = expanding(crowdList(count), { range: 1500 });
    const found = await expand("team");
    expect(found?.unresolved).toEqual([]);
    expect(new Set(found?.members.map(({ address }) => address)).size).toBe(count);
    const parts = asked.flatMap(({ attributes }) => attributes.filter((attribute) => attribute.includes("range=")));
    expect(parts).toEqual(Array.from({ length: Math.ceil(count / 1500) - 1 }, (_, i) => `member;range=${(i + 1) * 1500}-*`));
    expect(asked.length).toBeLessThan(count / 20);
  });

  it("end where a server tells its parts in circles", async () => {
    const fake = fakeLdap({});
    const search = () => Promise.resolve([{ dn: listDn("team"), attributes: { objectClass: [Buffer.from("group")], mail: [Buffer.from("team@lab.test")], "member;range=0-1": [Buffer.from(dn("x")), Buffer.from(dn("y"))] } as never }]);
    const directory = ldapDirectory(place(), { search, clock: fake.clock, timeout: 1, useProxies: true });
    expect(await failure(directory.expand("team@lab.test", { deadline: Infinity, members: 5000 }))).toBe("directory.protocol");
  });

  it("have at most so many members, on both sides", async () => {
    expect((await expanding(crowdList(5)).expand("team", { members: 5 }))?.members).toHaveLength(5);
    expect(await failure(expanding(crowdList(6)).expand("team", { members: 5 }))).toBe("directory.list-too-large");
  });

  it("lie in each other so deep and no deeper", async () => {
    const tower = (height: number): Content => ({ ...everybody, ...list("team", { member: height === 1 ? dn("bob") : listDn("l2") }), ...Object.assign({}, ...Array.from({ length: height - 1 }, (_, i) => list(`l${i + 2}`, { member: i === height - 2 ? dn("bob") : listDn(`l${i + 3}`) }))) as Content });
    expect(await addresses(tower(directoryLimits.listDepth))).toEqual(["bob@lab.test"]);
    expect(await failure(expanding(tower(directoryLimits.listDepth + 1)).expand("team"))).toBe("directory.list-too-large");
  });

  it("are given up when their time is over, on both sides", async () => {
    const all = { ...everybody, ...list("team", { member: [listDn("one"), listDn("two")] }), ...list("one", { member: dn("bob") }), ...list("two", { member: dn("carol") }) };
    const run = async (time: number): Promise<string> => {
      const made = expanding(all, { takes: 100 });
      return failure(made.expand("team", { deadline: made.clock().getTime() + time }));
    };
    const questions = expanding(all);
    await questions.expand("team");
    expect(await run(questions.asked.length * 100)).toBe("found");
    expect(await run((questions.asked.length - 1) * 100)).toBe("directory.list-timeout");
    const made = expanding(all, { takes: 100 });
    await made.expand("team", { deadline: made.clock().getTime() + 100_000 });
    expect(made.asked.every(({ timeout }) => Number.isInteger(timeout) && timeout <= 15_000)).toBe(true);
  });

  it("fail with the directory's own reason where it cannot answer", async () => {
    expect(await failure(expanding(everybody, { fails: () => new SmimeError("directory.login") }).expand("team"))).toBe("directory.login");
  });
});
