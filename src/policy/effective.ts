import { type Account, isFor, type Layer, layersOf } from "./scopes.ts";
import { namesOf } from "./security-flags.ts";
import { type SettingName, type Settings, settings } from "./settings.ts";

/** What the user chose; each is a preference that a message can still override, unless it is forced. */
export interface UserSettings {
  signByDefault: boolean;
  encryptByDefault: boolean;
}

/** Both off at first, as in the system that Mailseal succeeds. */
export const defaultUserSettings: UserSettings = { signByDefault: false, encryptByDefault: false };

/** What holds now: managed values over defaults, and what the user may still choose. */
export interface Policy {
  values: Settings;
  /** Forced modes are also defaults: the toggle is on and cannot be turned off. */
  forced: { sign: boolean; encrypt: boolean };
  defaults: { sign: boolean; encrypt: boolean };
  /** Names of settings that the organisation has set. */
  locked: SettingName[];
  /** Names of settings whose managed value could not be read; their fail-closed value holds. */
  unreadable: SettingName[];
}

const names = Object.keys(settings) as SettingName[];

/**
 * Merges managed and user values.
 * @param managed what the browser reports, untrusted for its shape; null means none
 * @param account whose mail is asked about; null where it is nobody's in particular, and then scopes for some domains do not count
 */
export function effectivePolicy(managed: unknown, user: UserSettings, account: Account | null = null): Policy {
  const source = typeof managed === "object" && managed !== null ? (managed as Record<string, unknown>) : {};
  const values: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, settings[name].default]));
  const locked = new Set<SettingName>();
  const unreadable = new Set<SettingName>();
  const [base, ...scopes] = layersOf(source).layers;
  // Without an account the settings for some of them alone are left: what is for all, and what the organisation set first.
  const holding = [...(base && isFor(base, account) ? [base] : []), ...scopes.filter((scope) => (account === null ? scope.domains === null : isFor(scope, account)))];
  for (const layer of holding) {
    for (const [name, value] of named(layer)) {
      locked.add(name);
      const parsed = settings[name].parse(value);
      values[name] = parsed ?? settings[name].failClosed;
      if (parsed === undefined) unreadable.add(name);
      else unreadable.delete(name);
    }
  }
  const all = values as unknown as Settings;
  const forced = { sign: all.AlwaysSign, encrypt: all.AlwaysEncrypt };
  return {
    values: all,
    forced,
    defaults: { sign: forced.sign || user.signByDefault, encrypt: forced.encrypt || user.encryptByDefault },
    locked: names.filter((name) => locked.has(name)),
    unreadable: names.filter((name) => unreadable.has(name)),
  };
}

/** The settings of a layer in the table's order; `SecurityFlags` stands for those that are not named themselves. */
function named({ settings: own }: Layer): [SettingName, unknown][] {
  const mask = settings.SecurityFlags.parse(own["SecurityFlags"]);
  const all = { ...(mask === undefined ? {} : namesOf(mask).named), ...own };
  return names.flatMap((name): [SettingName, unknown][] => (Object.hasOwn(all, name) ? [[name, all[name]]] : []));
}
