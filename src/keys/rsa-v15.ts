import { type Bytes, concat, utf8 } from "../base/bytes.ts";
import type { RsaPrivateNumbers } from "./pkcs8.ts";
import { modulusLength, rsaPrivateOperation } from "./rsa-private-operation.ts";

const LABEL = utf8("mailseal implicit rejection 1");

/**
 * What a wrong ciphertext is answered with: a key derived from a secret of the private key's own and from the ciphertext,
 * so that asking again gives the same, and nobody can tell it from a key that was really in there.
 * @param secret An HMAC-SHA-256 key.
 */
async function rejectionKey(secret: CryptoKey, ciphertext: Bytes, keyLength: number): Promise<Bytes> {
  const out = new Uint8Array(keyLength);
  for (let at = 0; at < keyLength; at += 32) {
    const block = new Uint8Array(await crypto.subtle.sign("HMAC", secret, concat(LABEL, Uint8Array.of(keyLength, at / 32), ciphertext)));
    out.set(block.subarray(0, Math.min(32, keyLength - at)), at);
  }
  return out;
}

/**
 * Decrypts a content key under RSAES-PKCS1-v1_5 (RFC 8017 §7.2.2) with implicit rejection (RFC 3218 §2.3.2):
 * a wrong padding or length never shows, neither in an error nor in the length of the answer.
 * @param keyLength Octets that the content cipher's key has, 1 to 64.
 * @param secret The private key's own HMAC-SHA-256 key.
 */
export async function decryptV15(numbers: RsaPrivateNumbers, secret: CryptoKey, ciphertext: Bytes, keyLength: number): Promise<Bytes> {
  return decodeV15(rsaPrivateOperation(numbers, ciphertext) ?? new Uint8Array(modulusLength(numbers)), secret, ciphertext, keyLength);
}

/**
 * The same for a block that a card has decrypted; see `decryptV15`.
 * @param encoded The result of the private operation, as long as the modulus; zeros where there was none.
 */
export async function decodeV15(encoded: Bytes, secret: CryptoKey, ciphertext: Bytes, keyLength: number): Promise<Bytes> {
  const rejected = await rejectionKey(secret, ciphertext, keyLength);
  const length = encoded.length;
  const separator = length - keyLength - 1;
  // EM = 00 02 PS 00 key, with at least eight octets of PS. All octets are looked at, whatever the first ones are.
  let wrong = (encoded[0] as number) | ((encoded[1] as number) ^ 2) | (encoded[separator] ?? 1);
  for (let i = 2; i < separator; i++) wrong |= (((encoded[i] as number) - 1) >> 8) & 1;
  wrong |= separator < 10 ? 1 : 0;
  // 0xff where something is wrong, else 0: the choice is made without a branch.
  const mask = (-wrong >> 31) & 0xff;
  return rejected.map((octet, i) => (octet & mask) | ((encoded[separator + 1 + i] ?? 0) & ~mask));
}
