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

/** Merges managed and user values. `managed` is what the browser reports, untrusted for its shape; null means none. */
export function effectivePolicy(managed: unknown, user: UserSettings): Policy {
  const source = typeof managed === "object" && managed !== null ? (managed as Record<string, unknown>) : {};
  const locked: SettingName[] = [];
  const unreadable: SettingName[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting = settings[name];
    values[name] = setting.default;
    if (!Object.hasOwn(source, name)) continue;
    locked.push(name);
    const parsed = setting.parse(source[name]);
    if (parsed === undefined) unreadable.push(name);
    values[name] = parsed ?? setting.failClosed;
  }
  const all = values as unknown as Settings;
  const forced = { sign: all.AlwaysSign, encrypt: all.AlwaysEncrypt };
  return {
    values: all,
    forced,
    defaults: { sign: forced.sign || user.signByDefault, encrypt: forced.encrypt || user.encryptByDefault },
    locked,
    unreadable,
  };
}
