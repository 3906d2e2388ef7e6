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

/** What holds for everybody whom an unreadable scope may have meant: it may have forced something, and allows nothing. */
const FORCED = { AlwaysSign: true, AlwaysEncrypt: true, ComposeInOwnWindow: true, CheckCRL: true } as const;

/**
 * Takes managed settings apart. `AccountDomains` limits those beside it to accounts of these domains; an entry of `Scopes` brings
 * further ones for its domains. Where nobody can say for whom something is, what it forces holds for all and what it allows for none.
 */
export function layersOf(managed: Record<string, unknown>): Layers {
  const { [SCOPING.accounts]: accounts, [SCOPING.scopes]: scopes, ...base } = managed;
  const unreadable: string[] = [];
  const domains = accounts === undefined ? [] : readDomains(accounts);
  if (domains === null) unreadable.push(SCOPING.accounts);
  const layers: Layer[] = [{ domains: domains === null || domains.length === 0 ? null : domains, settings: base }];
  if (scopes === undefined) return { layers, unreadable };
  if (!Array.isArray(scopes) || scopes.length > MOST_SCOPES) {
    return { layers: [...layers, { domains: null, settings: FORCED }], unreadable: [...unreadable, SCOPING.scopes] };
  }
  for (const [index, entry] of scopes.entries()) {
    const { domains: own, settings, sound } = readScope(entry);
    layers.push({ domains: own, settings });
    if (!sound) unreadable.push(`${SCOPING.scopes} ${index + 1}`);
  }
  return { layers, unreadable };
}

function readScope(entry: unknown): Layer & { sound: boolean } {
  const scope = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>) : {};
  const listed = readDomains(scope["domains"]);
  const domains = listed === null || listed.length === 0 ? null : listed;
  const settings = scope["settings"];
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return { domains, settings: FORCED, sound: false };
  const own = settings as Record<string, unknown>;
  return domains === null ? { domains, settings: forcing(own), sound: false } : { domains, settings: own, sound: true };
}

/** What of some settings forces something, however badly it is written. */
export function forcing(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => Object.hasOwn(FORCED, name) && value !== false));
}

/** Whether a layer is for mail of a domain; null, where nobody knows it, is for the layers of all. */
export function isFor({ domains }: Layer, domain: string | null): boolean {
  return domains === null || (domain !== null && domains.some((each) => (each.startsWith(".") ? domain.endsWith(each) : domain === each)));
}

/** The domain of an address as it is compared, in A-labels; null where it has none that could be one. What stands behind a domain and is no part of it is left away, as it is from a From that is written. */
export function domainOf(address: string): string | null {
  const written = address.slice(address.lastIndexOf("@") + 1).replace(/[\s<>()[\],;:\\"]+/g, "").replace(/\.+$/, "");
  const domain = address.includes("@") ? toAscii(written).toLowerCase() : "";
  return isDomain(domain) ? domain : null;
}

function readDomains(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length > MOST_DOMAINS) return null;
  const list: unknown[] = value;
  return list.every((each): each is string => typeof each === "string" && isDomain(each)) ? list.map((each) => (each.startsWith(".") ? `.${toAscii(each.slice(1))}` : toAscii(each)).toLowerCase()) : null;
}
