import type { Bytes } from "../base/bytes.ts";
import { chunks, type Piece } from "../base/pieces.ts";

export const BLOCK = 16;

/** Octets that are given to the platform at once: enough that a call's own cost is small, and few enough that others have work meanwhile. */
const CHUNK = 512 * 1024;

const NOTHING = new Uint8Array(0);

/** AES-CBC of one chunk with its padding. */
export type EncryptChunk = (iv: Bytes, chunk: Bytes) => Promise<ArrayBuffer | Bytes>;

/** The platform's. */
export const withKey = (key: CryptoKey): EncryptChunk => (iv, chunk) => crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, chunk);

/**
 * AES-CBC chunk by chunk: each one's IV is the last block before it (NIST SP 800-38A §6.2), and the padding that is put
 * behind every chunk counts behind the last one alone. A chunk is in work while whoever asked has the one before.
 * (Decryption in chunks was tried and is slower, and takes no less memory: measured with 25 MB in Node and both browsers.)
 */
export async function* encryptCbc(encrypt: EncryptChunk, first: Bytes, content: readonly Piece[]): AsyncGenerator<Bytes> {
  const each = chunks(content, CHUNK);
  let current = each.next();
  let pending = encrypt(first, current.done ? NOTHING : current.value);
  do {
    current = each.next();
    const made = new Uint8Array(await pending);
    const ciphertext = current.done ? made : made.subarray(0, -BLOCK);
    if (!current.done) pending = encrypt(ciphertext.slice(-BLOCK), current.value);
    yield ciphertext;
  } while (!current.done);
}
