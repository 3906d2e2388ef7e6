import { database } from "./database.ts";
import { putSetting, setting } from "./settings.ts";

/** The vaults of protected keys, as `keys` writes and reads them. */
export const keptVaults = (): Promise<unknown> => setting("key-vaults");
export const putVaults = (vaults: readonly object[]): Promise<void> => putSetting("key-vaults", vaults);

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
