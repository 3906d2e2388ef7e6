import { describe, expect, it } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { codeOf } from "../../../src/base/errors.ts";
import { addressesOf, addressOf, nameOf, textsOf } from "../../../src/directory/ldap-entry.ts";
import { parseFilter } from "../../../src/directory/ldap-filter.ts";
import { expandList } from "../../../src/directory/ldap-list.ts";
import { allValues } from "../../../src/directory/ldap-ranges.ts";
import { directoryLimits } from "../../../src/directory/limits.ts";
import type { LdapEntry } from "../../../src/protocol/host-port.ts";
import { place } from "./fake-ldap.ts";

const entry = (attributes: Record<string, string[]>): LdapEntry => ({ dn: "uid=x", attributes: Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, values.map(utf8)])) });
const outcome = (run: () => unknown): string => {
  try {
    run();
    return "read";
  } catch (error) {
    return codeOf(error);
  }
};

describe("limits of what directories answer", () => {
  it("other addresses of one person", () => {
    const many = (count: number): number => addressesOf(entry({ proxyAddresses: Array.from({ length: count }, (_, i) => `smtp:p${i}@x.test`) })).length;
    expect([many(directoryLimits.proxies), many(directoryLimits.proxies + 1)]).toEqual([directoryLimits.proxies, directoryLimits.proxies]);
  });

  it("filters and their parts", () => {
    const long = (length: number): string => outcome(() => parseFilter(`(cn=${"a".repeat(length - 5)})`));
    expect([long(directoryLimits.filter), long(directoryLimits.filter + 1)]).toEqual(["read", "directory.protocol"]);
    const parts = (count: number): string => outcome(() => parseFilter(`(|${"(a=b)".repeat(count - 1)})`));
    expect([parts(directoryLimits.filterParts), parts(directoryLimits.filterParts + 1)]).toEqual(["read", "directory.protocol"]);
    const deep = (depth: number): string => outcome(() => parseFilter(`${"(!".repeat(depth - 1)}(a=b)${")".repeat(depth - 1)}`));
    expect([deep(directoryLimits.filterDepth), deep(directoryLimits.filterDepth + 1)]).toEqual(["read", "directory.protocol"]);
  });

  it("parts in which a list is told", async () => {
    const told = async (parts: number): Promise<string | number> => {
      const part = (from: number): LdapEntry => entry({ [`member;range=${from}-${from === parts - 1 ? "*" : from}`]: [`uid=${from}`] });
      let count = 0;
      try {
        for await (const values of allValues(({ attributes }) => Promise.resolve([part(Number(/=(\d+)/.exec(attributes[0] ?? "")?.[1]))]), part(0), "member")) count += values.length;
        return count;
      } catch (error) {
        return codeOf(error);
      }
    };
    expect([await told(directoryLimits.ranges), await told(directoryLimits.ranges + 1)]).toEqual([directoryLimits.ranges, "directory.too-many"]);
  });

  it("names that are asked for: the host would end at them, and everybody's questions with it", async () => {
    const asked: string[] = [];
    const told = async (values: Record<string, string[]>): Promise<unknown> => {
      const ask = (question: object): Promise<LdapEntry[]> => {
        asked.push(JSON.stringify(question));
        return Promise.resolve("base" in question ? [] : [entry({ objectClass: ["groupOfNames"], mail: ["team@x.test"], cn: ["team"], ...values })]);
      };
      const found = await expandList(ask, { address: "team@x.test", place: place(), clock: () => new Date(0), timeout: 1000 }, { deadline: Infinity, members: 10 });
      return found?.unresolved.map(({ length }) => length);
    };
    const long = (length: number): string => "a".repeat(length);
    expect(await told({ member: [long(directoryLimits.name)] })).toEqual([200]);
    expect(asked.at(-1)).toContain(long(directoryLimits.name));
    expect(await told({ member: [long(directoryLimits.name + 1)] })).toEqual([200]);
    expect(asked.at(-1)).not.toContain("aaaa");
    const search = (length: number): string => `ldap:///${long(length - 14)}??sub?`;
    expect(search(100)).toHaveLength(100);
    asked.length = 0;
    await told({ memberURL: [search(directoryLimits.url)] });
    expect(asked).toHaveLength(2);
    await told({ memberURL: [search(directoryLimits.url + 1)] });
    expect(asked).toHaveLength(3);
  });

  it("spaces in a name, which cost no more than other letters", async () => {
    const ask = (): Promise<LdapEntry[]> => Promise.resolve([{ ...entry({ objectClass: ["groupOfNames"], mail: ["team@x.test"] }), dn: `cn=a${" ".repeat(250_000)}b` }]);
    expect(await expandList(ask, { address: "team@x.test", place: place(), clock: () => new Date(0), timeout: 1000 }, { deadline: Infinity, members: 10 })).toEqual({ members: [], unresolved: [] });
  }, 5000);

  it("entries that are looked at for one list", async () => {
    const members = (count: number) => {
      const list = entry({ objectClass: ["groupOfNames"], mail: ["team@x.test"], member: Array.from({ length: count }, () => "uid=x") });
      return expandList(() => Promise.resolve([list]), { address: "team@x.test", place: place(), clock: () => new Date(), timeout: 1 }, { deadline: Infinity, members: 9 }).then(() => "read", codeOf);
    };
    expect([await members(directoryLimits.listEntries), await members(directoryLimits.listEntries + 1)]).toEqual(["read", "directory.list-too-large"]);
  });
});

describe("attributes of an entry", () => {
  it("are text only where they are UTF-8, and addresses only where they can be some", () => {
    expect(textsOf({ dn: "", attributes: { cn: [Uint8Array.of(0xff), utf8("Bob")] } }, "CN")).toEqual(["Bob"]);
    expect(addressesOf(entry({ mail: ["no address", "a@x.test", `${"a".repeat(320)}@x.test`, "<b@x.test>"] }))).toEqual(["a@x.test"]);
    expect(addressOf(entry({ proxyAddresses: ["smtp:old@x.test", "SMTP:main@x.test"] }))).toBe("main@x.test");
    expect(nameOf(entry({ cn: [" "] }))).toBeNull();
  });

  it.each(["(cn=a", "cn=a", "()", "(&)", "(cn>=a)", "(cn~=a)", "(cn:dn:=a)", "(cn=*a)", "(cn=a*b*)", "(cn=\\zz)", "(cn=a))", "(=a)"])("%s is no filter that is understood", (text) => {
    expect(outcome(() => parseFilter(text))).toBe("directory.protocol");
  });

  it("are compared by what a filter's escapes stand for", () => {
    expect(parseFilter("(&(cn=\\2a\\28\\c3\\a4)(!(mail=*))(sn=Ex*))")).toEqual({ kind: "and", filters: [{ kind: "equal", attribute: "cn", value: "*(ä" }, { kind: "not", filter: { kind: "present", attribute: "mail" } }, { kind: "begins", attribute: "sn", value: "Ex" }] });
  });
});
