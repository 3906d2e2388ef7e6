import { aeskw, cbc, gcm } from "@noble/ciphers/aes.js";
import type { Bytes } from "../bytes.ts";

/*
 * AES for what WebCrypto cannot be asked for: keys of 192 bits in Chromium, and blocks without padding anywhere. WebCrypto
 * is used wherever it can: tables make the time of this one depend on the data, as far as a cache can be watched from elsewhere.
 * Every function throws an `Error` for a wrong length, padding, tag or check: the caller makes one code of all of them.
 */

/** AES-CBC; takes off the padding (RFC 5652 §6.3). */
export function decryptAesCbc(key: Bytes, iv: Bytes, data: Bytes): Bytes {
  return cbc(key, iv).decrypt(data);
}

/** AES-CBC with padding (RFC 5652 §6.3). */
export function encryptAesCbc(key: Bytes, iv: Bytes, data: Bytes): Bytes {
  return cbc(key, iv).encrypt(data);
}

/** AES-CBC over whole blocks, padding left on. */
export function decryptAesBlocks(key: Bytes, iv: Bytes, data: Bytes): Bytes {
  return cbc(key, iv, { disablePadding: true }).decrypt(data);
}

/** AES-GCM with a tag of 16 octets behind the ciphertext; nothing is decrypted before the tag was checked. */
export function decryptAesGcm(key: Bytes, nonce: Bytes, authenticated: Bytes, sealed: Bytes): Bytes {
  return gcm(key, nonce, authenticated).decrypt(sealed);
}

/** AES-GCM; a tag of 16 octets stands behind the ciphertext. */
export function encryptAesGcm(key: Bytes, nonce: Bytes, data: Bytes): Bytes {
  return gcm(key, nonce).encrypt(data);
}

/** AES Key Wrap (RFC 3394). */
export function unwrapAesKey(kek: Bytes, wrapped: Bytes): Bytes {
  return aeskw(kek).decrypt(wrapped);
}
