import { atMost } from "../base/at-most.ts";
import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { directoryHost, directoryId, type DirectoryPlace } from "../policy/directory-place.ts";
import type { Directory, DirectoryAnswer, FoundCertificate, Person } from "../protocol/directory.ts";
import type { HostPort, LdapEntry, LdapFilter } from "../protocol/host-port.ts";
import { batched } from "./batched.ts";
import { certificatesIn } from "./certificate-values.ts";
import { addressesOf, addressOf, nameOf, valuesOf } from "./ldap-entry.ts";
import { expandList, isList } from "./ldap-list.ts";
import { anyOf, type AskLdap, withAddress } from "./ldap-question.ts";
import { directoryLimits } from "./limits.ts";

export type LdapPlace = Extract<DirectoryPlace, { kind: "ldap" }>;

/** What an LDAP directory needs around it. */
export interface LdapSurroundings {
  search: HostPort["ldapSearch"];
  clock: Clock;
  /** Milliseconds for one question. */
  timeout: number;
  /** Whether a certificate for another address of the same entry serves (`CertMatchingDoNotUseProxies` is off). */
  useProxies: boolean;
}

/** Where certificates stand, in the order in which the system that we succeed looks there. */
export const CERTIFICATES = ["userCertificate", "userSMIMECertificate"] as const;

/** Servers differ in whether they want the option: both are asked for, and either answer counts. */
export const PERSON = ["mail", "cn", "displayName", "proxyAddresses", "objectClass", ...CERTIFICATES.flatMap((name) => [name, `${name};binary`])];

const MOST_FOUND = 20;

/** So many people may begin with the words that are typed; with more the directory says nothing, and another letter helps. */
const MOST_SEARCHED = 200;

/** Addresses in one question, and how long others are waited for, in milliseconds. */
const LOOKED_UP_AT_ONCE = 25;
const GATHERING = 10;

/** Questions that one server gets at the same time. */
const QUESTIONS_AT_ONCE = 4;

/** What the entries of one address say. */
export function answerOf(entries: readonly LdapEntry[], place: LdapPlace, at: Date, useProxies: boolean): DirectoryAnswer {
  const certificatesOf = (entry: LdapEntry): FoundCertificate[] => {
    const proxies = useProxies ? addressesOf(entry) : [];
    const values = CERTIFICATES.flatMap((name) => valuesOf(entry, name).slice(0, directoryLimits.values));
    return certificatesIn(values, at).map((value) => ({
      ...value,
      source: "directory",
      place: directoryHost(place),
      ciphers: [],
      preferredAt: null,
      ...(proxies.length > 0 && { proxies }),
    }));
  };
  return {
    certificates: entries.flatMap(certificatesOf).slice(0, directoryLimits.certificates),
    name: entries.map(nameOf).find((name) => name !== null) ?? null,
    list: entries.some((entry) => isList(entry, place.memberAttributes)),
  };
}

/** People, lists and certificates of an LDAP directory (RFC 4511), asked through the native host. */
export function ldapDirectory(place: LdapPlace, { search, clock, timeout, useProxies }: LdapSurroundings): Directory {
  const { server, startTls, login, base } = place;
  const ask: AskLdap = (question) => search({ server, startTls, login, base, scope: "sub", limit: directoryLimits.entries, timeout, ...question });

  /** Each address with its entries; one question asks for many. */
  async function entriesOf(addresses: readonly string[]): Promise<Map<string, LdapEntry[]>> {
    const found = new Map<string, LdapEntry[]>(addresses.map((address) => [address, []]));
    const filter = addresses.length === 1 ? withAddress(addresses[0] as string) : anyOf(...addresses.map(withAddress));
    for (const entry of await ask({ filter, attributes: PERSON, limit: directoryLimits.entries * addresses.length })) {
      for (const address of addressesOf(entry)) found.get(address)?.push(entry);
    }
    return found;
  }

  const gate = atMost(QUESTIONS_AT_ONCE);
  const asking = batched((addresses) => gate(() => entriesOf(addresses)), LOOKED_UP_AT_ONCE, GATHERING);

  async function lookUp(asked: string): Promise<DirectoryAnswer> {
    const address = asked.toLowerCase();
    const entries = (await asking(address)) ?? [];
    if (entries.length > directoryLimits.entries) throw new SmimeError("directory.too-many");
    return answerOf(entries, place, clock(), useProxies);
  }

  async function findPeople(words: string): Promise<Person[]> {
    const begins = ["mail", "cn", "displayName", "givenName", "sn"].map((attribute): LdapFilter => ({ kind: "begins", attribute, value: words }));
    const entries = await ask({
      filter: { kind: "and", filters: [anyOf(...begins), { kind: "present", attribute: "mail" }] },
      attributes: ["mail", "cn", "displayName"],
      limit: MOST_SEARCHED,
    });
    const found = new Map<string, Person>();
    for (const entry of entries) {
      const address = addressOf(entry);
      if (address !== null && !found.has(address.toLowerCase())) found.set(address.toLowerCase(), { address, name: nameOf(entry) });
    }
    return [...found.values()].slice(0, MOST_FOUND);
  }

  return {
    id: directoryId(place),
    host: directoryHost(place),
    search: findPeople,
    lookUp,
    expand: (address, budget) => expandList(ask, { address, place, clock, timeout }, budget),
  };
}
