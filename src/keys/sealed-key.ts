import { type Bytes, randomBytes } from "../base/bytes.ts";

/** Octets on disk that only a key which never leaves the platform opens: against our own code and pages, not against a copy of the disk. */
export interface Sealed {
  iv: Bytes;
  ciphertext: Bytes;
  /** AES-256-GCM, not extractable. */
  key: CryptoKey;
}

/** Seals octets under a fresh key of their own. */
export async function seal(plain: Bytes): Promise<Sealed> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = randomBytes(12);
  return { iv, key, ciphertext: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain)) };
}

/** Opens for one operation; the caller overwrites the octets when it is done. */
export async function open({ iv, key, ciphertext }: Sealed): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, ciphertext));
}
