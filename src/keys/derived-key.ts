import { type Bytes, utf8 } from "../base/bytes.ts";

/** An AES-256-GCM key that cannot be exported, from a secret of at least 128 random bits (HKDF-SHA-256, RFC 5869). The caller overwrites the secret. */
export async function derivedKey(secret: Bytes, salt: Bytes, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: utf8(purpose) }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
