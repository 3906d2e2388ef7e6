import { type Bytes, constantTimeEqual, randomBytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { openStoredKey, type PrivateKey } from "./private-key.ts";
import { openOctets, type SealedOctets, sealingKey, sealOctets } from "./sealed-octets.ts";
import { importSoftwareKey, type StoredKey } from "./stored-key.ts";

/**
 * A key as it is kept under protection: its PKCS#8 under a data key of its own, that one under the key of a vault. Nothing of it is
 * usable without the vault; what is told of it without is in `facts`.
 */
export interface ProtectedKey {
  kind: "protected";
  /** Name of the vault. */
  vault: string;
  /** The data key, under the vault's key. */
  dek: SealedOctets;
  /** PrivateKeyInfo, under the data key. */
  sealed: SealedOctets;
  facts: KeyFacts;
  /** The identity that it was sealed for, where another certificate of the same key has made it another one. */
  sealedFor?: string;
}

/** The part of it that needs no certificate: a key can be sealed before it has one. */
export type SealedKey = Pick<ProtectedKey, "kind" | "vault" | "dek" | "sealed">;

/** What is told of a key while it is locked. */
export interface KeyFacts {
  canSign: boolean;
  canDecrypt: boolean;
  requiredDigest: DigestName | null;
  canPss: boolean;
}

const dekPlace = (vault: string, identity: string) => ["mailseal data key 1", vault, identity] as const;
const keyPlace = (identity: string) => ["mailseal private key 1", identity] as const;

export function isProtected(key: unknown): key is ProtectedKey {
  return typeof key === "object" && key !== null && (key as { kind?: unknown }).kind === "protected";
}

/**
 * Puts a private key under a vault.
 * @param identity names whose key it is; it opens as nobody else's
 * @param pkcs8 PrivateKeyInfo, DER; the caller overwrites it afterwards
 * @throws SmimeError as `importSoftwareKey`
 */
export async function protectKey(identity: string, pkcs8: Bytes, certificate: Bytes, vault: { id: string; key: CryptoKey }): Promise<ProtectedKey> {
  const { canSign, canDecrypt, requiredDigest, canPss } = openStoredKey(await importSoftwareKey(pkcs8, certificate));
  return { ...(await sealKey(identity, pkcs8, vault)), facts: { canSign, canDecrypt, requiredDigest, canPss } };
}

/**
 * Seals a private key under a vault, whatever certificate it will have.
 * @param identity names what it opens as, an identity or a key that waits to be one
 * @param pkcs8 PrivateKeyInfo, DER; the caller overwrites it afterwards
 */
export async function sealKey(identity: string, pkcs8: Bytes, vault: { id: string; key: CryptoKey }): Promise<SealedKey> {
  const dek = randomBytes(32);
  try {
    return {
      kind: "protected",
      vault: vault.id,
      dek: await sealOctets(vault.key, dek, dekPlace(vault.id, identity)),
      sealed: await sealOctets(await sealingKey(dek), pkcs8, keyPlace(identity)),
    };
  } finally {
    dek.fill(0);
  }
}

/** The data key of an identity, 32 octets that the caller overwrites. Throws `keys.vault-damaged` if it is not under this key or not this identity's. */
export async function openDek(identity: string, { vault, dek }: SealedKey, vaultKey: CryptoKey): Promise<Bytes> {
  const opened = await openOctets(vaultKey, dek, dekPlace(vault, identity));
  if (opened === null) throw new SmimeError("keys.vault-damaged");
  return opened;
}

/**
 * The same key under another key of its vault: the data key and what lies under it stay as they are. It is answered once it was seen to open so.
 * Throws `keys.vault-damaged` as `openDek`.
 */
export async function rewrapped<K extends SealedKey>(identity: string, key: K, before: CryptoKey, after: CryptoKey): Promise<K> {
  const dek = await openDek(identity, key, before);
  let again: Bytes | null = null;
  try {
    const wrapped = { ...key, dek: await sealOctets(after, dek, dekPlace(key.vault, identity)) };
    again = await openDek(identity, wrapped, after);
    if (!constantTimeEqual(again, dek)) throw new SmimeError("keys.vault-damaged");
    return wrapped;
  } finally {
    dek.fill(0);
    again?.fill(0);
  }
}

/** Makes a protected key usable while its data key is at hand. Throws `keys.vault-damaged` if it is not this identity's. */
export async function importProtected(identity: string, key: SealedKey, certificate: Bytes, dek: Bytes): Promise<StoredKey> {
  const pkcs8 = await openProtected(identity, key, dek);
  try {
    return await importSoftwareKey(pkcs8, certificate);
  } finally {
    pkcs8.fill(0);
  }
}

/** PrivateKeyInfo of a protected key, which the caller overwrites. Throws `keys.vault-damaged` if it is not this identity's. */
export async function openProtected(identity: string, { sealed }: SealedKey, dek: Bytes): Promise<Bytes> {
  const pkcs8 = await openOctets(await sealingKey(dek), sealed, keyPlace(identity));
  if (pkcs8 === null) throw new SmimeError("keys.vault-damaged");
  return pkcs8;
}

/** The same with the vault's key. Throws `keys.vault-damaged`. */
export async function openSealedKey(identity: string, key: SealedKey, vaultKey: CryptoKey): Promise<Bytes> {
  const dek = await openDek(identity, key, vaultKey);
  try {
    return await openProtected(identity, key, dek);
  } finally {
    dek.fill(0);
  }
}

/**
 * A key that is looked for anew at each use, because it may have been locked meanwhile.
 * @param use answers the opened key, or throws why there is none, as `keys.locked`
 */
export function protectedPrivateKey(certificate: Bytes, facts: KeyFacts, use: () => Promise<PrivateKey>): PrivateKey {
  return {
    certificate,
    ...facts,
    ready: async () => (await use()).ready(),
    sign: async (...request) => (await use()).sign(...request),
    unwrap: async (request) => (await use()).unwrap(request),
  };
}
