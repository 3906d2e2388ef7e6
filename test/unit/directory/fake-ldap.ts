import { type Bytes, utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { readDirectoryPlace } from "../../../src/policy/directory-place.ts";
import type { LdapEntry, LdapFilter, LdapQuestion } from "../../../src/protocol/host-port.ts";
import type { LdapPlace } from "../../../src/directory/ldap-directory.ts";

export type Values = string | Bytes | readonly (string | Bytes)[];

export interface FakeOptions {
  /** As Active Directory: at most so many values of `member` at once, and entries by distinguishedName alone. */
  range?: number;
  /** Milliseconds that each question takes on the fake clock. */
  takes?: number;
  /** What it answers with instead. */
  fails?: () => SmimeError | null;
}

const asBytes = (values: Values): Bytes[] => (Array.isArray(values) ? (values as readonly (string | Bytes)[]) : [values as string | Bytes]).map((value) => (typeof value === "string" ? utf8(value) : value));
const name = (description: string): string => (description.split(";")[0] ?? "").toLowerCase();
const key = (dn: string): string => dn.toLowerCase().replace(/, /g, ",");

/** A directory in memory that answers as servers do; `asked` is every question, `now` the clock it moves. */
export function fakeLdap(content: Record<string, Record<string, Values>>, { range, takes = 0, fails = () => null }: FakeOptions = {}) {
  const entries: LdapEntry[] = Object.entries(content).map(([dn, attributes]) => ({ dn, attributes: Object.fromEntries(Object.entries(attributes).map(([each, values]) => [each, asBytes(values)])) }));
  const asked: LdapQuestion[] = [];
  const clock = { now: Date.parse("2026-09-10T00:00:00Z") };

  const textsOf = (entry: LdapEntry, attribute: string): string[] => {
    if (attribute.toLowerCase() === (range === undefined ? "entrydn" : "distinguishedname")) return [entry.dn];
    return Object.entries(entry.attributes).flatMap(([description, values]) => (name(description) === attribute.toLowerCase() ? values.map((value) => Buffer.from(value).toString()) : []));
  };
  const matches = (entry: LdapEntry, filter: LdapFilter): boolean => {
    switch (filter.kind) {
      case "and":
        return filter.filters.every((each) => matches(entry, each));
      case "or":
        return filter.filters.some((each) => matches(entry, each));
      case "not":
        return !matches(entry, filter.filter);
      case "present":
        return filter.attribute.toLowerCase() === "objectclass" || textsOf(entry, filter.attribute).length > 0;
      case "equal":
        return textsOf(entry, filter.attribute).some((text) => key(text) === key(filter.value));
      case "begins":
        return textsOf(entry, filter.attribute).some((text) => text.toLowerCase().startsWith(filter.value.toLowerCase()));
    }
  };
  const inScope = ({ base, scope }: LdapQuestion, { dn }: LdapEntry): boolean => {
    if (scope === "base") return key(dn) === key(base);
    if (base !== "" && !key(dn).endsWith(`,${key(base)}`) && key(dn) !== key(base)) return false;
    return scope === "sub" || key(dn).slice(0, -key(base).length - 1).split(",").length === 1;
  };
  const byName = new Map(entries.map((entry) => [key(entry.dn), entry]));
  const own = range === undefined ? "entryDN" : "distinguishedName";
  /** Entries asked for by name are found by an index, as servers do. */
  const candidates = ({ base, scope, filter }: LdapQuestion): LdapEntry[] => {
    if (scope === "base") return [byName.get(key(base)) ?? []].flat();
    const filters = filter.kind === "or" ? filter.filters : [];
    const named = filters.flatMap((each) => (each.kind === "equal" && each.attribute === own ? each.value : []));
    return named.length > 0 && filters.every((each) => each.kind === "equal" && /^(entryDN|distinguishedName)$/.test(each.attribute)) ? [...new Set(named.map(key))].flatMap((dn) => byName.get(dn) ?? []) : entries;
  };
  const shown = (entry: LdapEntry, wanted: readonly string[]): LdapEntry => {
    const attributes: Record<string, Bytes[]> = {};
    for (const [description, values] of Object.entries(entry.attributes)) {
      for (const each of wanted.filter((one) => name(one) === name(description))) {
        if (range === undefined || name(description) !== "member") attributes[description] = values;
        else {
          const from = Number(/range=(\d+)-/.exec(each)?.[1] ?? 0);
          const part = values.slice(from, from + range);
          if (part.length === values.length) attributes[description] = values;
          else if (part.length > 0) {
            attributes["member"] = [];
            attributes[`member;range=${from}-${from + range >= values.length ? "*" : from + range - 1}`] = part;
          }
        }
      }
    }
    return { dn: entry.dn, attributes };
  };

  return {
    asked,
    clock: () => new Date(clock.now),
    pass: (milliseconds: number) => void (clock.now += milliseconds),
    search: (question: LdapQuestion): Promise<LdapEntry[]> => {
      asked.push(question);
      clock.now += takes;
      const failure = fails();
      if (failure) return Promise.reject(failure);
      const found = candidates(question).filter((entry) => inScope(question, entry) && matches(entry, question.filter));
      if (found.length > question.limit) return Promise.reject(new SmimeError("directory.too-many"));
      return Promise.resolve(found.map((entry) => shown(entry, question.attributes)));
    },
  };
}

export const place = (url = "ldaps://ldap.example.org/dc=lab,dc=test", more: object = {}): LdapPlace => readDirectoryPlace({ url, ...more }) as LdapPlace;
