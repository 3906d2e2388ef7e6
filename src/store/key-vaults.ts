import { database } from "./database.ts";
import { replaceKeys } from "./identities.ts";
import { putSetting, setting } from "./settings.ts";

/** The vaults of protected keys, as `keys` writes and reads them. */
export const keptVaults = (): Promise<unknown> => setting("key-vaults");
/**
 * @param keys forms of identities' keys that belong to the change, by the identities' names: written with the vaults or not at all
 * @param waiting the same of keys that wait, of what is kept of them then
 */
export const putVaults = (vaults: readonly object[], keys?: ReadonlyMap<string, unknown>, waiting: (before: unknown) => unknown = (before) => before): Promise<void> =>
  keys ? replaceKeys(keys, { "key-vaults": () => vaults, "waiting-keys": waiting }) : putSetting("key-vaults", vaults);

const SEALING = "unlock-key";

/**
 * The key that seals what is unlocked in `storage.session`: AES-256-GCM, not extractable. Here lies this half alone, in the
 * browser's memory the other.
 */
export const unlockKeyStore = {
  get: async (): Promise<CryptoKey | undefined> => (await (await database()).get("settings", SEALING)) as CryptoKey | undefined,
  put: async (key: CryptoKey): Promise<void> => void (await (await database()).put("settings", key, SEALING)),
  remove: async (): Promise<void> => (await database()).delete("settings", SEALING),
};
