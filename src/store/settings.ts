import { database } from "./database.ts";
import type { StoreName } from "./forms.ts";
import { readOne, refuse } from "./reading.ts";

/** Small values that outlive the browser's session, each with the room that reads it: the reader checks the shape. */
export type SettingKey = "user-settings" | "managed-policy" | "hints-dismissed" | "directory-copies" | "user-directories" | "key-choices" | "key-vaults" | "unlock-minutes" | "composer-window" | "database-id" | "waiting-keys" | "key-backups" | "endings-put-off" | "card-modules" | "card-rejection" | "card-origins";

export async function setting(key: SettingKey): Promise<unknown> {
  return readOne("settings", key);
}

export async function putSetting(key: SettingKey, value: unknown): Promise<void> {
  await (await database()).put("settings", value, key).catch(refuse);
}

/** Changes a value by what it is at the moment of writing, so that nothing that another wrote meanwhile is lost. */
export async function changeSetting(key: SettingKey, change: (before: unknown) => unknown): Promise<void> {
  const transaction = (await database()).transaction("settings", "readwrite");
  await transaction.store.put(change(await transaction.store.get(key)), key).catch(refuse);
  await transaction.done;
}

/** How many records a store has, readable or not. */
export async function countOf(store: StoreName): Promise<number> {
  return (await database()).count(store).catch(refuse);
}
