import type { Bytes } from "../base/bytes.ts";
import { encryptAesCbc, encryptAesGcm } from "../base/ciphers/aes.ts";
import { joined, lengthOf, type Piece } from "../base/pieces.ts";
import type { ContentCipher } from "../protocol/draft.ts";
import { derInteger, derOctetString, derOid, derSequence } from "../pki/der.ts";
import { OID, type OidName } from "../pki/oids.ts";
import { BLOCK, type EncryptChunk, encryptCbc, withKey } from "./cbc-chunks.ts";
import { importAes } from "./content-cipher.ts";

/** Content on its way through a cipher. */
export interface Encryption {
  /** AlgorithmIdentifier of the cipher with its parameters, DER. */
  algorithm: Bytes;
  /** Of the ciphertext, known before it is there. */
  length: number;
  /** The ciphertext in order; to be gone through once. */
  ciphertext: AsyncIterable<Bytes>;
  /** The authentication tag; null for CBC. */
  mac: Bytes | null;
}

/** Octets of the key that a cipher takes. */
export function keyLengthOf(cipher: ContentCipher): 16 | 24 | 32 {
  return cipher.startsWith("aes-128") ? 16 : cipher.startsWith("aes-192") ? 24 : 32;
}

/**
 * Encrypts content under a fresh IV or nonce. `key` is used for this one content (RFC 5084 §1.5: never twice with one nonce)
 * and may be wiped when this has answered.
 */
export async function encryptContent(cipher: ContentCipher, key: Bytes, content: readonly Piece[]): Promise<Encryption> {
  const oid = derOid(OID[cipher satisfies OidName]);
  if (cipher === "aes-128-cbc" || cipher === "aes-192-cbc" || cipher === "aes-256-cbc") {
    const iv = crypto.getRandomValues(new Uint8Array(BLOCK));
    const imported = await importAes(key, "AES-CBC", "encrypt");
    const encrypt = imported === null ? withOwn(key.slice()) : withKey(imported);
    const length = lengthOf(content) - (lengthOf(content) % BLOCK) + BLOCK;
    return { algorithm: derSequence(oid, derOctetString(iv)), length, ciphertext: encryptCbc(encrypt, iv, content), mac: null };
  }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const imported = await importAes(key, "AES-GCM", "encrypt");
  const sealed = imported === null ? encryptAesGcm(key, iv, joined(content)) : new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, tagLength: 128 }, imported, joined(content)));
  const parameters = derSequence(derOctetString(iv), derInteger(16));
  const ciphertext = sealed.subarray(0, -16);
  return { algorithm: derSequence(oid, parameters), length: ciphertext.length, ciphertext: once(ciphertext), mac: sealed.subarray(-16) };
}

/** Where the platform has no keys of 192 bits (docs/decisions/0007-noble-ciphers.md). */
const withOwn = (key: Bytes): EncryptChunk => (iv, chunk) => Promise.resolve(encryptAesCbc(key, iv, chunk));

async function* once(octets: Bytes): AsyncGenerator<Bytes> {
  yield await Promise.resolve(octets);
}
