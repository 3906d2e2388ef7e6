import { SmimeError } from "../base/errors.ts";
import type { PassphraseParameters } from "./passphrase.ts";
import type { SealedOctets } from "./sealed-octets.ts";
import type { Lock, Vault } from "./vault.ts";

/** More vaults or locks than this are nobody's. */
const MOST_VAULTS = 16;
export const MOST_LOCKS = 16;

/** Reads what is kept of vaults, and leaves out what is none; see `unreadVaults`. Throws `keys.vault-damaged` if something is kept that is no list. */
export function readVaults(value: unknown): Vault[] {
  return listOf(value).slice(0, MOST_VAULTS).filter(isVault);
}

/** What `readVaults` leaves out. Keys may lie in it, so whoever writes the others writes it back as it is. Throws `keys.vault-damaged`. */
export function unreadVaults(value: unknown): unknown[] {
  return listOf(value).filter((each, index) => index >= MOST_VAULTS || !isVault(each));
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new SmimeError("keys.vault-damaged");
  return value as unknown[];
}

function isVault(value: unknown): value is Vault {
  if (!isRecord(value)) return false;
  const { id, kind, locks } = value;
  return typeof id === "string" && (kind === "passphrase" || kind === "security-key") && Array.isArray(locks) && locks.length <= MOST_LOCKS && locks.every(isLock);
}

function isLock(value: unknown): value is Lock {
  if (!isRecord(value)) return false;
  const { id, kind, parameters, wrapped, salt } = value;
  if (typeof id !== "string" || !isSealed(wrapped)) return false;
  if (kind === "passphrase") return isParameters(parameters);
  if (!(salt instanceof Uint8Array)) return false;
  return kind === "recovery-code" || (kind === "security-key" && isAuthenticator(value));
}

function isAuthenticator({ credential, transports, label, addedAt, relyingParty }: Record<string, unknown>): boolean {
  const texts = Array.isArray(transports) && transports.every((each) => typeof each === "string");
  return credential instanceof Uint8Array && texts && typeof label === "string" && typeof addedAt === "string" && (relyingParty === null || typeof relyingParty === "string");
}

function isParameters(value: unknown): value is PassphraseParameters {
  return isRecord(value) && value["salt"] instanceof Uint8Array && typeof value["iterations"] === "number";
}

function isSealed(value: unknown): value is SealedOctets {
  return isRecord(value) && value["iv"] instanceof Uint8Array && value["ciphertext"] instanceof Uint8Array;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
