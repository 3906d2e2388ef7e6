import { type Bytes, constantTimeEqual, fromHex } from "../base/bytes.ts";
import { unwrapAesKey } from "../base/ciphers/aes.ts";
import { cbcDecrypt } from "../base/ciphers/cbc.ts";
import { tripleDesDecipher } from "../base/ciphers/des.ts";
import { SmimeError } from "../base/errors.ts";

/** Octets of the key-encryption key, by OpenSSL's name of the wrap. */
export const WRAP_KEY_LENGTHS: Readonly<Record<string, number>> = {
  "id-aes128-wrap": 16,
  "id-aes192-wrap": 24,
  "id-aes256-wrap": 32,
  "id-smime-alg-CMS3DESwrap": 24,
};

/**
 * Unwraps a content key: AES Key Wrap (RFC 3394), or Triple DES Key Wrap (RFC 3217 §3.2) in old mail.
 * Throws `cms.decrypt-failed`.
 */
export async function unwrapKey(wrap: string, kek: Bytes, wrapped: Bytes): Promise<Bytes> {
  if (wrap === "id-smime-alg-CMS3DESwrap") return unwrapTripleDes(kek, wrapped);
  // Chromium has no keys of 192 bits.
  const key = await crypto.subtle.importKey("raw", kek, "AES-KW", false, ["unwrapKey"]).catch(() => null);
  try {
    if (key === null) return unwrapAesKey(kek, wrapped);
    // WebCrypto unwraps keys only: HMAC takes one of any length.
    const content = await crypto.subtle.unwrapKey("raw", wrapped, key, "AES-KW", { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    return new Uint8Array(await crypto.subtle.exportKey("raw", content));
  } catch (error) {
    throw new SmimeError("cms.decrypt-failed", { cause: error });
  }
}

async function unwrapTripleDes(kek: Bytes, wrapped: Bytes): Promise<Bytes> {
  if (wrapped.length !== 40) throw new SmimeError("cms.decrypt-failed");
  const cipher = tripleDesDecipher(kek);
  const turned = cbcDecrypt(cipher, fromHex("4adda22c79e82105"), wrapped).reverse();
  const plain = cbcDecrypt(cipher, turned.subarray(0, 8), turned.subarray(8));
  const content = plain.slice(0, 24);
  const check = new Uint8Array(await crypto.subtle.digest("SHA-1", content)).subarray(0, 8);
  if (!constantTimeEqual(check, plain.subarray(24))) throw new SmimeError("cms.decrypt-failed");
  return content;
}
