import type { PassphraseParameters } from "./passphrase.ts";
import type { SealedOctets } from "./sealed-octets.ts";
import type { Lock, Vault } from "./vault.ts";

/** More vaults or locks than this are nobody's. */
const MOST_VAULTS = 16;
export const MOST_LOCKS = 16;

/** Reads what is kept of vaults, and leaves out what is none. */
export function readVaults(value: unknown): Vault[] {
  return Array.isArray(value) ? value.slice(0, MOST_VAULTS).filter(isVault) : [];
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
