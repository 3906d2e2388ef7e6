import { database } from "./database.ts";

/** Small values that outlive the browser's session, each with the room that reads it: the reader checks the shape. */
export type SettingKey = "user-settings" | "managed-policy" | "hints-dismissed" | "directory-copies" | "user-directories" | "key-choices" | "key-vaults" | "unlock-minutes" | "composer-window";

export async function setting(key: SettingKey): Promise<unknown> {
  return (await database()).get("settings", key);
}

export async function putSetting(key: SettingKey, value: unknown): Promise<void> {
  await (await database()).put("settings", value, key);
}
