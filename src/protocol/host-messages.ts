import { type Code, isCode } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { cardQuestion } from "./card-messages.ts";
import type { HostPort, LdapEntry, LdapFilter, LdapQuestion } from "./host-port.ts";
import { bool, count, list, nullable, octets, record, type Shape, text, variant, word } from "./shape.ts";

/** Under this name the browser finds the host's manifest. */
export const HOST_NAME = "mailseal.host";

/** Written into the programs when a package is made that is signed with another key, whose id is another one; else empty or not there. */
declare const MAILSEAL_EXTENSION_ID: string | undefined;

const packagedFor = typeof MAILSEAL_EXTENSION_ID === "string" ? MAILSEAL_EXTENSION_ID : "";

/** Who may start the host: the browser names its caller as the host's argument. Chromium's id follows from the key that signs. */
export const OUR_EXTENSIONS = {
  chromium: `chrome-extension://${packagedFor || "bbigagkogdejecdakmpaoaiannnjkpgg"}/`,
  firefox: "mailseal@mailseal.example",
} as const;

/** What one message or answer may cost; octets, where nothing else is said. */
export const hostLimits = {
  /** A question, JSON. */
  question: 1024 * 1024,
  /** Of one part of an answer, before base64. Chromium ends the connection at a message of 1 MiB. */
  part: 512 * 1024,
  /** A message to the browser, JSON. */
  message: 1024 * 1024,
  /** All parts of the answer to a search. */
  search: 32 * 1024 * 1024,
  /** Nesting of a filter, and its conditions. */
  filterDepth: 8,
  filterSize: 500,
  attributes: 100,
  entries: 100_000,
  /** Milliseconds of one question. */
  time: 600_000,
  /** Questions of one share (directories, revocation, cards) at work at once, and those that wait for it. */
  atOnce: 8,
  waiting: 256,
} as const;

function refuse(): never {
  throw new SmimeError("protocol.malformed");
}

/** Attribute descriptions (RFC 4512 §2.5): a name or an OID, with options such as `;binary` and `;range=0-1499`, or `*` and `+`. */
const attribute: Shape<string> = (value) => {
  const name = text(300)(value);
  return /^([A-Za-z][\w-]*|[0-9]+(\.[0-9]+)*)(;[\w=*-]+)*$|^[*+]$|^1\.1$/.test(name) ? name : refuse();
};

/** A filter within the limits of depth and size. */
export const ldapFilter: Shape<LdapFilter> = (value) => {
  let left: number = hostLimits.filterSize;
  const at = (depth: number): Shape<LdapFilter> => (inner) => {
    if (--left < 0 || depth > hostLimits.filterDepth) refuse();
    const several = list(at(depth + 1), hostLimits.filterSize);
    const condition = { attribute, value: text(1000) };
    return variant("kind", {
      and: record({ kind: word("and"), filters: several }),
      or: record({ kind: word("or"), filters: several }),
      not: record({ kind: word("not"), filter: at(depth + 1) }),
      equal: record({ kind: word("equal"), ...condition }),
      begins: record({ kind: word("begins"), ...condition }),
      present: record({ kind: word("present"), attribute }),
    })(inner);
  };
  return at(1)(value);
};

const ldapQuestion: Shape<LdapQuestion> = record({
  server: text(300),
  startTls: bool,
  login: nullable(record({ name: text(1000), password: text(1000) })),
  base: text(2000),
  scope: word("base", "one", "sub"),
  filter: ldapFilter,
  attributes: list(attribute, hostLimits.attributes),
  limit: count(hostLimits.entries),
  timeout: count(hostLimits.time),
});

const retrieval = record({
  kind: word("crl", "ocsp", "issuer", "directory"),
  url: text(4000),
  body: nullable(octets(65536)),
  size: count(256 * 1024 * 1024),
});

/** What the browser may ask; `id` names the question in its answer, `question` of `cancel` the one that nobody waits for any more. */
export const hostQuestion = variant("do", {
  hello: record({ do: word("hello"), id: count() }),
  fetch: record({ do: word("fetch"), id: count(), retrieval, each: count(hostLimits.time), allowedHosts: list(text(300)) }),
  search: record({ do: word("search"), id: count(), question: ldapQuestion }),
  card: record({ do: word("card"), id: count(), question: cardQuestion }),
  cancel: record({ do: word("cancel"), id: count(), question: count() }),
});

export type HostQuestion = ReturnType<typeof hostQuestion>;

/**
 * One message of the host: a part of the answer to a question, octets as base64, or the code of its failure. The parts joined are
 * what was fetched, or JSON as UTF-8.
 */
export const hostReply = record({
  id: count(),
  part: nullable(octets(hostLimits.part)),
  more: bool,
  code: nullable((value): Code => (isCode(value) ? value : refuse())),
});

export type HostReply = ReturnType<typeof hostReply>;

export const hostHello = record({ version: text(40), host: word(HOST_NAME) });

const entry = record({ dn: text(10_000), attributes: list(record({ name: text(300), values: list(octets(hostLimits.search), hostLimits.entries) }), 10_000) });

/** Entries as they cross: a list of attributes, so that no server's word becomes the name of a member. */
export const wireEntries = list(entry, hostLimits.entries);

/** Names of attributes that could be mistaken for something of JavaScript's are kept by a record without a prototype. */
export function entriesOfWire(entries: ReturnType<typeof wireEntries>): LdapEntry[] {
  return entries.map(({ dn, attributes }) => {
    const named = Object.create(null) as LdapEntry["attributes"];
    for (const { name, values } of attributes) named[name] = values;
    return { dn, attributes: named };
  });
}

export function wireOfEntries(entries: Awaited<ReturnType<HostPort["ldapSearch"]>>): ReturnType<typeof wireEntries> {
  return entries.map(({ dn, attributes }) => ({ dn, attributes: Object.entries(attributes).map(([name, values]) => ({ name, values })) }));
}
