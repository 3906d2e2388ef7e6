import { type Account, domainOf, forcing, isFor, type Layer, layersOf } from "./scopes.ts";
import { namesOf } from "./security-flags.ts";
import { type SettingName, type Settings, settings } from "./settings.ts";

/** What the user chose; each is a preference that a message can still override, unless it is forced. */
export interface UserSettings {
  signByDefault: boolean;
  encryptByDefault: boolean;
  /** The composer opens in a window of its own. */
  composeInOwnWindow: boolean;
}

/** Signing and encrypting are off at first, as in the system that Mailseal succeeds. */
export const defaultUserSettings: UserSettings = { signByDefault: false, encryptByDefault: false, composeInOwnWindow: false };

/** What holds now: managed values over defaults, and what the user may still choose. */
export interface Policy {
  values: Settings;
  /** Forced modes are also defaults: the toggle is on and cannot be turned off. */
  forced: { sign: boolean; encrypt: boolean };
  defaults: { sign: boolean; encrypt: boolean };
  /** The composer opens in a window of its own, by the organisation's wish or the user's. */
  ownWindow: boolean;
  /** Names of settings that the organisation has set. */
  locked: SettingName[];
  /** Names of settings whose managed value could not be read; their fail-closed value holds. */
  unreadable: SettingName[];
}

const names = Object.keys(settings) as SettingName[];

/** What an organisation forbids of certificates holds in every account of the browser: the page says which account it is, and this is what it might want to be rid of. */
const EVERYWHERE: readonly SettingName[] = ["DistrustedCertificates", "AuthorityDomains", "DomainAuthorities"];

/**
 * Merges managed and user values. The rules are those of the From's domain, where there is one, else of the account's; what is forced
 * for the account is forced as well, and where a domain is not known, everything that forces holds.
 * @param managed what the browser reports, untrusted for its shape; null means none
 * @param account whose mail is asked about; null where it is nobody's in particular, and then scopes for some domains do not count
 */
export function effectivePolicy(managed: unknown, user: UserSettings, account: Account | null = null): Policy {
  const { layers } = layersOf(typeof managed === "object" && managed !== null ? (managed as Record<string, unknown>) : {});
  const merged = account === null ? merge(layers.map((layer, index) => (index === 0 || layer.domains === null ? layer.settings : {}))) : merge(layersFor(layers, account.from ?? account.address));
  const beside = account?.from === undefined ? merged : merge(layersFor(layers, account.address));
  const { values, locked, unreadable } = merged;
  for (const name of ["AlwaysSign", "AlwaysEncrypt", "CheckCRL"] as const) {
    if (!beside.values[name]) continue;
    values[name] = true;
    locked.add(name);
    if (beside.unreadable.has(name)) unreadable.add(name);
  }
  const forced = { sign: values.AlwaysSign, encrypt: values.AlwaysEncrypt };
  return {
    values,
    forced,
    defaults: { sign: forced.sign || user.signByDefault, encrypt: forced.encrypt || user.encryptByDefault },
    ownWindow: values.ComposeInOwnWindow || user.composeInOwnWindow,
    locked: names.filter((name) => locked.has(name)),
    unreadable: names.filter((name) => unreadable.has(name)),
  };
}

/** The settings of each layer that hold for mail of an address. */
function layersFor([base, ...scopes]: readonly Layer[], address: string): Record<string, unknown>[] {
  const domain = domainOf(address);
  // An address that tells no domain counts as the organisation's own, and as one that any scope may have meant to force.
  const own = base === undefined ? {} : domain === null || isFor(base, domain) ? base.settings : only(base.settings, EVERYWHERE);
  return [own, ...scopes.map((scope) => (isFor(scope, domain) ? scope.settings : domain === null ? forcing(scope.settings) : {}))];
}

const only = (from: Record<string, unknown>, wanted: readonly string[]): Record<string, unknown> => Object.fromEntries(Object.entries(from).filter(([name]) => wanted.includes(name)));

interface Merged {
  values: Settings;
  locked: Set<SettingName>;
  unreadable: Set<SettingName>;
}

/** The later layer goes before the earlier; a bit of `SecurityFlags` goes before no setting that stands under its own name in any of them. */
function merge(layers: readonly Record<string, unknown>[]): Merged {
  const values: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, settings[name].default]));
  const locked = new Set<SettingName>();
  const unreadable = new Set<SettingName>();
  const byName = new Set<string>();
  for (const layer of layers) {
    const mask = settings.SecurityFlags.parse(layer["SecurityFlags"]);
    const derived = mask === undefined ? {} : Object.fromEntries(Object.entries(namesOf(mask).named).filter(([name]) => !byName.has(name)));
    const all: Record<string, unknown> = { ...derived, ...layer };
    for (const name of names) {
      if (!Object.hasOwn(all, name)) continue;
      locked.add(name);
      const parsed = settings[name].parse(all[name]);
      values[name] = parsed ?? settings[name].failClosed;
      if (parsed === undefined) unreadable.add(name);
      else unreadable.delete(name);
    }
    for (const name of Object.keys(layer)) byName.add(name);
  }
  return { values: values as unknown as Settings, locked, unreadable };
}
