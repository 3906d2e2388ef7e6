import { isDomain, toAscii } from "./setting-values.ts";

/** Whose mail is asked about. */
export interface Account {
  /** The webmail account's address; empty where the page does not tell. */
  address: string;
  /** The From that is written with, where something is written. */
  from?: string;
}

/** A part of the managed settings, and the mail domains that it is for; null is for all. */
export interface Layer {
  domains: readonly string[] | null;
  settings: Record<string, unknown>;
}

/** Managed settings, taken apart. */
export interface Layers {
  /** The later goes before the earlier. */
  layers: Layer[];
  /** Entries of `Scopes` that nobody could read, by their place from 1, and "AccountDomains" or "Scopes" where the whole is unreadable. */
  unreadable: string[];
}

/** The two settings that say for whom the others are. */
export const SCOPING = { accounts: "AccountDomains", scopes: "Scopes" } as const;

const MOST_SCOPES = 100;
const MOST_DOMAINS = 1000;

/**
 * Takes managed settings apart. `AccountDomains` limits those beside it to accounts of these domains; an entry of `Scopes` brings
 * further ones for its domains. What cannot be read is not limited: a forced mode rather holds for too many than for too few.
 */
export function layersOf(managed: Record<string, unknown>): Layers {
  const { [SCOPING.accounts]: accounts, [SCOPING.scopes]: scopes, ...base } = managed;
  const unreadable: string[] = [];
  const domains = accounts === undefined ? [] : readDomains(accounts);
  if (domains === null) unreadable.push(SCOPING.accounts);
  const layers: Layer[] = [{ domains: domains === null || domains.length === 0 ? null : domains, settings: base }];
  if (scopes === undefined) return { layers, unreadable };
  if (!Array.isArray(scopes) || scopes.length > MOST_SCOPES) return { layers, unreadable: [...unreadable, SCOPING.scopes] };
  scopes.forEach((entry: unknown, index) => {
    const scope = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
    const settings = scope["settings"];
    if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return unreadable.push(`${SCOPING.scopes} ${index + 1}`);
    const own = readDomains(scope["domains"]);
    if (own === null || own.length === 0) unreadable.push(`${SCOPING.scopes} ${index + 1}`);
    layers.push({ domains: own === null || own.length === 0 ? null : own, settings: settings as Record<string, unknown> });
    return undefined;
  });
  return { layers, unreadable };
}

/**
 * Whether a layer is for an account: by the domain of its address or of the From. An account whose domain the page does not tell
 * counts as the organisation's, unless the From says otherwise, since a page could keep its name to itself.
 */
export function isFor({ domains }: Layer, account: Account | null): boolean {
  if (domains === null) return true;
  // Nobody's mail in particular is asked about: what the organisation set for its own holds.
  if (account === null) return true;
  const known = [account.address, account.from ?? ""].flatMap((address) => domainOf(address) ?? []);
  if (domainOf(account.address) === null && known.length === 0) return true;
  return known.some((domain) => domains.some((each) => matches(domain, each)));
}

function readDomains(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length > MOST_DOMAINS) return null;
  const list: unknown[] = value;
  return list.every((each): each is string => typeof each === "string" && isDomain(each)) ? list.map((each) => (each.startsWith(".") ? `.${toAscii(each.slice(1))}` : toAscii(each)).toLowerCase()) : null;
}

const matches = (domain: string, wanted: string): boolean => (wanted.startsWith(".") ? domain.endsWith(wanted) : domain === wanted);

function domainOf(address: string): string | null {
  const at = address.lastIndexOf("@");
  const domain = at < 0 ? "" : toAscii(address.slice(at + 1)).toLowerCase();
  return domain === "" ? null : domain;
}
