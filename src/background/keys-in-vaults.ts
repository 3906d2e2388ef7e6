import type { SealedKey } from "../keys/protected-key.ts";
import type { Vault } from "../keys/vault.ts";
import { allIdentities, replaceKeys } from "../store/identities.ts";
import { putVaults } from "../store/key-vaults.ts";
import { setting } from "../store/settings.ts";
import { readWaiting, withKeys } from "./kept-waiting.ts";

/** A key by the name that it was sealed for. */
export interface NamedKey {
  id: string;
  key: unknown;
}

/** All keys that may lie in a vault: those of identities, and those that wait for their certificates. */
export async function keysInVaults(): Promise<NamedKey[]> {
  const waiting = readWaiting(await setting("waiting-keys")).flatMap(({ material }) => (material.kind === "protected" ? [{ id: material.sealedFor, key: material.key }] : []));
  return [...(await allIdentities()), ...waiting];
}

/** Writes vaults, and with them the forms of keys that belong to the change, by their names: all of it or nothing. */
export function writeVaults(vaults: Vault[], keys?: ReadonlyMap<string, SealedKey>): Promise<void> {
  return keys ? replaceKeys(keys, { "key-vaults": () => vaults, "waiting-keys": (value) => withKeys(value, keys) }) : putVaults(vaults);
}
