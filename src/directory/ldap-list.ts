import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { DirectoryPlace } from "../policy/directory-place.ts";
import type { ExpansionBudget, ListMembers, Person } from "../protocol/directory.ts";
import type { LdapEntry, LdapFilter } from "../protocol/host-port.ts";
import { type AskLdap, withAddress } from "./ldap-question.ts";
import { dynamicMembers } from "./ldap-dynamic.ts";
import { addressesOf, addressOf, nameOf, textsOf, valuesOf } from "./ldap-entry.ts";
import { allValues } from "./ldap-ranges.ts";
import { directoryLimits } from "./limits.ts";

/** Object classes of lists: RFC 4519, OpenLDAP's dyngroup and misc schemas, Active Directory, the directories of mail servers. */
const LIST_CLASSES = new Set(["groupofnames", "groupofuniquenames", "groupofmembers", "groupofurls", "group", "nismailalias", "mailgroup", "rfc822mailgroup", "dyngroup"]);

/** Lists whose members are told by a filter that is not known here: somebody is on them, and nobody knows who. */
const UNKNOWN_CLASSES = new Set(["msexchdynamicdistributionlist"]);

/** Members named by their entries, then by a search, then by their addresses alone. */
const BY_NAME = ["member", "uniqueMember"];
const BY_SEARCH = "memberURL";
const BY_ADDRESS = ["rfc822MailMember", "mgrpRFC822MailMember"];

/** Entries asked for by name in one question. */
const AT_ONCE = 50;

interface Around {
  address: string;
  place: Extract<DirectoryPlace, { kind: "ldap" }>;
  clock: Clock;
  /** Milliseconds for one question. */
  timeout: number;
}

/** Whether an entry is a list of people. */
export function isList(entry: LdapEntry, memberAttributes: readonly string[]): boolean {
  return hasClass(entry, LIST_CLASSES) || hasClass(entry, UNKNOWN_CLASSES) || memberAttributes.some((name) => valuesOf(entry, name).length > 0);
}

const hasClass = (entry: LdapEntry, classes: ReadonlySet<string>): boolean => textsOf(entry, "objectClass").some((name) => classes.has(name.toLowerCase()));

/**
 * Finds the members of the list that has an address: lists in lists, in whatever loops, each entry once; dynamic lists by their
 * search; long ones in parts (Active Directory). Null if the address is no list's. Throws `directory.list-timeout`,
 * `directory.list-too-large` (more people than the budget has, or deeper or wider than the limits), and what `ask` throws.
 */
export async function expandList(ask: AskLdap, around: Around, budget: ExpansionBudget): Promise<ListMembers | null> {
  const { place, clock, address } = around;
  const named = [...BY_NAME, ...place.memberAttributes];
  const attributes = ["objectClass", "mail", "proxyAddresses", "cn", "displayName", ...named, BY_SEARCH, ...BY_ADDRESS];
  const members = new Map<string, Person>();
  const unresolved: string[] = [];
  const seen = new Set<string>();
  let looked = 0;

  const inTime: AskLdap = async (question) => {
    const left = budget.deadline - clock().getTime();
    if (left <= 0) throw new SmimeError("directory.list-timeout");
    try {
      return await ask({ timeout: Math.floor(Math.min(around.timeout, left)), ...question });
    } catch (error) {
      // A question that was cut short by the list's own time is the list's failure, not the directory's.
      throw clock().getTime() >= budget.deadline ? new SmimeError("directory.list-timeout", { cause: error }) : error;
    }
  };

  function add(person: Person): void {
    const key = person.address.toLowerCase();
    if (!members.has(key)) members.set(key, person);
    if (members.size > budget.members) throw new SmimeError("directory.list-too-large");
  }

  function count(more: number): void {
    looked += more;
    if (looked > directoryLimits.listEntries) throw new SmimeError("directory.list-too-large");
  }

  /** Takes one entry: a person is a member, a list is gone into, and what has no address is named. */
  async function take(entry: LdapEntry, depth: number): Promise<void> {
    const key = dnKey(entry.dn);
    if (seen.has(key)) return;
    seen.add(key);
    if (isList(entry, place.memberAttributes)) return goInto(entry, depth);
    const own = addressOf(entry);
    if (own === null) unresolved.push(nameOf(entry) ?? entry.dn.slice(0, 200));
    else add({ address: own, name: nameOf(entry) });
  }

  async function goInto(list: LdapEntry, depth: number): Promise<void> {
    if (hasClass(list, UNKNOWN_CLASSES)) unresolved.push(nameOf(list) ?? list.dn.slice(0, 200));
    if (depth >= directoryLimits.listDepth) throw new SmimeError("directory.list-too-large");
    for (const attribute of named) {
      for await (const values of allValues(inTime, list, attribute)) {
        count(values.length);
        await takeNamed(values, depth + 1);
      }
    }
    const searches = textsOf(list, BY_SEARCH);
    count(searches.length);
    for (const url of searches) {
      const found = await dynamicMembers(inTime, url, place, attributes, budget.members + 1);
      if (found === null) unresolved.push(nameOf(list) ?? list.dn.slice(0, 200));
      else for (const entry of found) await take(entry, depth + 1);
    }
    for (const value of BY_ADDRESS.flatMap((attribute) => textsOf(list, attribute))) {
      count(1);
      await takeAddress(value.trim(), depth + 1);
    }
  }

  /** Entries by their names, many in one question; what no server finds so is asked for by itself. */
  async function takeNamed(values: readonly string[], depth: number): Promise<void> {
    // RFC 4517 §3.3.21: a unique identifier may stand behind the name.
    const told = [...new Set(values.map((value) => value.replace(/#'[01]*'B$/, "")))];
    for (const long of told) if (long.length > directoryLimits.name) unresolved.push(long.slice(0, 200));
    const names = told.filter((dn) => dn.length <= directoryLimits.name && !seen.has(dnKey(dn)));
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const wanted = names.slice(i, i + AT_ONCE);
      const keys = new Set(wanted.map(dnKey));
      // OpenLDAP and others find an entry by entryDN, Active Directory by distinguishedName; an unknown attribute matches nothing.
      const filters = wanted.flatMap((value): LdapFilter[] => ["entryDN", "distinguishedName"].map((attribute) => ({ kind: "equal", attribute, value })));
      const found = wanted.length === 1 ? [] : await inTime({ filter: { kind: "or", filters }, attributes, limit: AT_ONCE }).catch(withoutBatch);
      for (const entry of found) if (keys.delete(dnKey(entry.dn))) await take(entry, depth);
      for (const dn of wanted.filter((each) => keys.has(dnKey(each)))) {
        const [entry] = await inTime({ base: dn, scope: "base", filter: { kind: "present", attribute: "objectClass" }, attributes, limit: 1 });
        if (entry) await take(entry, depth);
        else if (!seen.has(dnKey(dn))) unresolved.push(dn.slice(0, 200));
      }
    }
  }

  /** A member that is told by address alone may be a list, too. */
  async function takeAddress(member: string, depth: number): Promise<void> {
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(member) || member.length > 320) return void unresolved.push(member.slice(0, 200));
    if (seen.has(member.toLowerCase())) return;
    seen.add(member.toLowerCase());
    const [entry] = (await inTime({ filter: withAddress(member), attributes })).filter((each) => isAt(each, member));
    if (entry) await take(entry, depth);
    else add({ address: member, name: null });
  }

  const isAt = (entry: LdapEntry, wanted: string): boolean => isList(entry, place.memberAttributes) && addressesOf(entry).includes(wanted.toLowerCase());
  const lists = (await inTime({ filter: withAddress(address), attributes })).filter((entry) => isAt(entry, address));
  if (lists.length === 0) return null;
  for (const list of lists) await take(list, 0);
  return { members: [...members.values()], unresolved };
}

/** A server that refuses long questions is asked for each entry by itself. */
function withoutBatch(error: unknown): LdapEntry[] {
  if (error instanceof SmimeError && (error.code === "directory.protocol" || error.code === "directory.too-many")) return [];
  throw error;
}

/** Whether two spellings of a name are the same, of names that one server wrote: case and spaces around separators. */
const dnKey = (dn: string): string =>
  dn
    .toLowerCase()
    // Runs of spaces first: a pattern that looks for a separator behind any number of them begins anew at each.
    .replace(/\s+/g, " ")
    .replace(/ ?([,=+]) ?/g, "$1")
    .trim();
