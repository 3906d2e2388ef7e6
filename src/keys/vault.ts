import { type Bytes, equal, hex, randomBytes, utf8 } from "../base/bytes.ts";
import { derivedKey } from "./derived-key.ts";
import { newPassphraseParameters, passphraseKey, type PassphraseParameters } from "./passphrase.ts";
import { readRecoveryCode } from "./recovery-code.ts";
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
export type Lock = PassphraseLock | SecurityKeyLock | RecoveryCodeLock;

export interface PassphraseLock {
  id: string;
  kind: "passphrase";
  parameters: PassphraseParameters;
  wrapped: SealedOctets;
}

/** A credential of a security key or of the computer itself (WebAuthn), which answers the salt by a secret of 32 octets (the extension `prf`, Web Authentication Level 3 §10.1.4). */
export interface Authenticator {
  credential: Bytes;
  /** 32 random octets, this credential's own: whoever does not know them cannot ask for the secret. */
  salt: Bytes;
  /** How the browser reaches it, as it said itself. */
  transports: string[];
  /** The domain that it was registered for; null for the extension's own origin. */
  relyingParty: string | null;
  /** What the person calls it. */
  label: string;
  addedAt: string;
}

export interface SecurityKeyLock extends Authenticator {
  id: string;
  kind: "security-key";
  wrapped: SealedOctets;
}

export interface RecoveryCodeLock {
  id: string;
  kind: "recovery-code";
  salt: Bytes;
  wrapped: SealedOctets;
}

/** What a person gives to open a vault; `output` is what the security key answered. */
export type UnlockSecret = { kind: "passphrase"; passphrase: string } | { kind: "security-key"; credential: Bytes; output: Bytes } | { kind: "recovery-code"; code: string };

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

/** Wraps a vault's key under what a security key answered, 32 octets that the caller overwrites. */
export async function securityKeyLock(vault: string, vaultKey: Bytes, authenticator: Authenticator, output: Bytes): Promise<SecurityKeyLock> {
  const id = newName();
  return { id, kind: "security-key", ...authenticator, wrapped: await sealOctets(await authenticatorKey(output, authenticator.salt), vaultKey, placeOf(vault, id)) };
}

/** Wraps a vault's key under a recovery code. Throws `keys.recovery-code-malformed`. */
export async function recoveryCodeLock(vault: string, vaultKey: Bytes, code: string): Promise<RecoveryCodeLock> {
  const id = newName();
  const salt = randomBytes(32);
  return { id, kind: "recovery-code", salt, wrapped: await sealOctets(await recoveryKey(code, salt), vaultKey, placeOf(vault, id)) };
}

const authenticatorKey = (output: Bytes, salt: Bytes): Promise<CryptoKey> => derivedKey(output, salt, "mailseal security key 1");

async function recoveryKey(code: string, salt: Bytes): Promise<CryptoKey> {
  const octets = utf8(await readRecoveryCode(code));
  try {
    return await derivedKey(octets, salt, "mailseal recovery code 1");
  } finally {
    octets.fill(0);
  }
}

/**
 * Opens a vault with one of its locks and answers its key, which the caller overwrites; null if the secret opens none.
 * Throws `keys.vault-damaged`, `keys.recovery-code-malformed`.
 */
export async function openVault(vault: Vault, secret: UnlockSecret): Promise<Bytes | null> {
  for (const lock of vault.locks) {
    const key = await keyOf(lock, secret);
    const opened = key && (await openOctets(key, lock.wrapped, placeOf(vault.id, lock.id)));
    if (opened !== null) return opened;
  }
  return null;
}

/** The key of a lock that the secret is meant for. */
async function keyOf(lock: Lock, secret: UnlockSecret): Promise<CryptoKey | null> {
  if (lock.kind === "passphrase" && secret.kind === "passphrase") return passphraseKey(secret.passphrase, lock.parameters);
  if (lock.kind === "security-key" && secret.kind === "security-key") return equal(lock.credential, secret.credential) ? authenticatorKey(secret.output, lock.salt) : null;
  if (lock.kind === "recovery-code" && secret.kind === "recovery-code") return recoveryKey(secret.code, lock.salt);
  return null;
}
