import type { Bytes } from "../base/bytes.ts";
import type { CardQuestion } from "./card-messages.ts";
import type { Retrieval, RetrievalRules } from "./retrieval.ts";

/**
 * The native host as the background sees it. Every call throws `host.unavailable` where it is not installed, not allowed
 * or died, `host.time` where it did not answer in time, and the codes that each call names.
 */
export interface HostPort {
  /** Whether it can be used now; never throws. */
  status(): Promise<HostStatus>;
  /** Resolves the name, pins the address, checks every redirect. Throws the codes of `Fetcher`. */
  fetch(retrieval: Retrieval, rules: Pick<RetrievalRules, "each" | "allowedHosts">): Promise<Bytes>;
  /** Throws `directory.unreachable`, `directory.login`, `directory.too-many`, `directory.protocol`. */
  ldapSearch(question: LdapQuestion): Promise<LdapEntry[]>;
  /** The answer as it came, for the reader's own shape. Throws the codes of `keys.card-*`, `keys.locked`, `keys.not-found`. */
  card(question: CardQuestion): Promise<unknown>;
}

export type HostStatus =
  | { state: "ready"; version: string }
  /** `permission`: the browser was not asked yet; `missing`: no host is installed; `broken`: it is there and does not work. */
  | { state: "permission" | "missing" | "broken"; version: null };

/** One search in a directory (RFC 4511 §4.5.1). */
export interface LdapQuestion {
  /** `ldap://HOST:PORT` or `ldaps://HOST:PORT`. */
  server: string;
  startTls: boolean;
  /** Simple bind; null for an anonymous one. */
  login: { name: string; password: string } | null;
  base: string;
  scope: "base" | "one" | "sub";
  filter: LdapFilter;
  /** With options such as `;binary` or `;range=0-1499` where they are wanted. */
  attributes: string[];
  /** Most entries. */
  limit: number;
  /** Milliseconds for the whole. */
  timeout: number;
}

/** A filter as data: whoever sends it escapes nothing, and the host builds it with the library's own filters (RFC 4515). */
export type LdapFilter =
  | { kind: "and" | "or"; filters: LdapFilter[] }
  | { kind: "not"; filter: LdapFilter }
  | { kind: "equal" | "begins"; attribute: string; value: string }
  | { kind: "present"; attribute: string };

export interface LdapEntry {
  dn: string;
  /** Attribute descriptions as the server writes them, options included; every value as octets. */
  attributes: Record<string, Bytes[]>;
}
