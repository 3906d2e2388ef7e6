import type { Setting } from "./setting-kinds.ts";
import { directorySettings } from "./settings/directories.ts";
import { keySettings } from "./settings/keys.ts";
import { organisationSettings } from "./settings/organisation.ts";
import { revocationSettings } from "./settings/revocation.ts";
import { sendingSettings } from "./settings/sending.ts";
import { trustSettings } from "./settings/trust.ts";

/**
 * Every setting that an organisation can manage: one table, from which the types, the defaults, the browsers' schema, the options
 * page and the administrator's reference all derive. Names are those of the system that Mailseal succeeds, where it had the setting.
 */
export const settings = {
  ...organisationSettings,
  ...sendingSettings,
  ...trustSettings,
  ...revocationSettings,
  ...directorySettings,
  ...keySettings,
} as const;

export type SettingName = keyof typeof settings;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The values of all settings. */
export type Settings = { -readonly [N in SettingName]: ValueOf<(typeof settings)[N]> };

/** The table's rooms, as the reference and the options page group them. */
export const settingGroups = {
  organisation: organisationSettings,
  sending: sendingSettings,
  trust: trustSettings,
  revocation: revocationSettings,
  directories: directorySettings,
  keys: keySettings,
} as const;
