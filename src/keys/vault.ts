import { type Bytes, hex, randomBytes } from "../base/bytes.ts";
import { newPassphraseParameters, passphraseKey, type PassphraseParameters } from "./passphrase.ts";
import { openOctets, type SealedOctets, sealOctets } from "./sealed-octets.ts";

/** What keys in the browser are protected by; `none` has no vault. */
export type VaultKind = "passphrase" | "security-key";

/**
 * What opens keys: a random key of 32 octets that is kept only wrapped, once by each of its locks. The keys of identities lie under
 * it each with a key of its own (`ProtectedKey`), so that a lock can be added or changed without touching any of them.
 */
export interface Vault {
  id: string;
  kind: VaultKind;
  locks: Lock[];
}

/** One way to the vault's key. */
export type Lock = PassphraseLock;

export interface PassphraseLock {
  id: string;
  kind: "passphrase";
  parameters: PassphraseParameters;
  wrapped: SealedOctets;
}

/** What a person gives to open a vault. */
export type UnlockSecret = { kind: "passphrase"; passphrase: string };

/** An unguessable name for a vault or lock. */
export const newName = (): string => hex(randomBytes(16));

/** A vault's key, 32 octets; whoever asked for it overwrites it. */
export const newVaultKey = (): Bytes => randomBytes(32);

const placeOf = (vault: string, lock: string) => ["mailseal vault key 1", vault, lock] as const;

/** Wraps a vault's key under a passphrase. */
export async function passphraseLock(vault: string, vaultKey: Bytes, passphrase: string, parameters = newPassphraseParameters()): Promise<PassphraseLock> {
  const id = newName();
  return { id, kind: "passphrase", parameters, wrapped: await sealOctets(await passphraseKey(passphrase, parameters), vaultKey, placeOf(vault, id)) };
}

/**
 * Opens a vault with one of its locks and answers its key, which the caller overwrites; null if the secret opens none.
 * Throws `keys.vault-damaged`.
 */
export async function openVault(vault: Vault, secret: UnlockSecret): Promise<Bytes | null> {
  for (const lock of vault.locks) {
    if (lock.kind !== secret.kind) continue;
    const opened = await openOctets(await passphraseKey(secret.passphrase, lock.parameters), lock.wrapped, placeOf(vault.id, lock.id));
    if (opened !== null) return opened;
  }
  return null;
}

/** More vaults or locks than this are nobody's. */
const MOST_VAULTS = 16;
const MOST_LOCKS = 16;

/** Reads what is kept of vaults, and leaves out what is none. */
export function readVaults(value: unknown): Vault[] {
  return Array.isArray(value) ? value.slice(0, MOST_VAULTS).filter(isVault) : [];
}

function isVault(value: unknown): value is Vault {
  if (typeof value !== "object" || value === null) return false;
  const { id, kind, locks } = value as Record<string, unknown>;
  return typeof id === "string" && (kind === "passphrase" || kind === "security-key") && Array.isArray(locks) && locks.length <= MOST_LOCKS && locks.every(isLock);
}

function isLock(value: unknown): value is Lock {
  if (typeof value !== "object" || value === null) return false;
  const { id, kind, parameters, wrapped } = value as Record<string, unknown>;
  return typeof id === "string" && kind === "passphrase" && isParameters(parameters) && isSealed(wrapped);
}

function isParameters(value: unknown): value is PassphraseParameters {
  if (typeof value !== "object" || value === null) return false;
  const { salt, iterations } = value as Record<string, unknown>;
  return salt instanceof Uint8Array && typeof iterations === "number";
}

function isSealed(value: unknown): value is SealedOctets {
  if (typeof value !== "object" || value === null) return false;
  const { iv, ciphertext } = value as Record<string, unknown>;
  return iv instanceof Uint8Array && ciphertext instanceof Uint8Array;
}
