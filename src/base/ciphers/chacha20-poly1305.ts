import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Bytes } from "../bytes.ts";

/** AEAD_CHACHA20_POLY1305 (RFC 8439 §2.8), the tag of 16 octets behind the ciphertext. Throws an `Error` if the tag is wrong. */
export function decryptChaCha20Poly1305(key: Bytes, nonce: Bytes, authenticated: Bytes, sealed: Bytes): Bytes {
  return chacha20poly1305(key, nonce, authenticated).decrypt(sealed);
}
