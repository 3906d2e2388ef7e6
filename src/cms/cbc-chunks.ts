import type { Bytes } from "../base/bytes.ts";
import { chunks, type Piece } from "../base/pieces.ts";

export const BLOCK = 16;

/**
 * Octets that are given to the platform at once: enough that a call's own cost is small, few enough that others have work meanwhile,
 * and less than the megabyte from which on allocators ask the system anew for each array and give it back at once.
 */
const CHUNK = 768 * 1024;

const NOTHING = new Uint8Array(0);

/** AES-CBC of one chunk with its padding. */
export type EncryptChunk = (iv: Bytes, chunk: Bytes) => Promise<ArrayBuffer | Bytes>;

/** The platform's. */
export const withKey = (key: CryptoKey): EncryptChunk => (iv, chunk) => crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, chunk);

/**
 * AES-CBC chunk by chunk: each one's IV is the last block before it (NIST SP 800-38A §6.2), and the padding that is put
 * behind every chunk counts behind the last one alone. A chunk is in work while whoever asked has the one before.
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

/** Chunks that are being decrypted at once: what one waits for, the others use. */
const LANES = 3;

interface Linked {
  from: number;
  /** The block before it. */
  iv: Bytes;
  chunk: Bytes;
  /** Its last block; null for the last chunk, whose padding is the message's own. */
  last: Bytes | null;
}

/**
 * Decrypts AES-CBC chunk by chunk into `out`, which may be the ciphertext itself; answers how much of it is plaintext. The platform
 * copies what it is given and answers with another copy: small ones stay in the processor's cache, and of a large message
 * there is no third one. Nothing of `out` may be used before this has answered, since padding is judged with the last chunk.
 * @param key for encryption, too: the platform takes padding off every chunk, so it is put there before
 * Throws what the platform throws for wrong padding or an odd length.
 */
export async function decryptCbc(key: CryptoKey, iv: Bytes, ciphertext: Bytes, out: Bytes): Promise<Bytes> {
  let length = 0;
  const left = linked(iv, ciphertext);
  const lane = async (): Promise<void> => {
    const padded = new Uint8Array(Math.min(CHUNK, ciphertext.length) + BLOCK);
    for (const { from, iv, chunk, last } of left) {
      // Nothing, encrypted as what follows the chunk, is one block of padding.
      const padding = last === null ? NOTHING : new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: last }, key, NOTHING));
      padded.set(chunk);
      padded.set(padding, chunk.length);
      // The octets are copied before the call returns (Web Cryptography API §14.3.2), so they may give way to others at once.
      const made = await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, padded.subarray(0, chunk.length + padding.length));
      out.set(new Uint8Array(made), from);
      length += made.byteLength;
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, Math.ceil(ciphertext.length / CHUNK) || 1) }, lane));
  return out.subarray(0, length);
}

/** The chunks with the blocks that link them, copied before a plaintext can take their place. */
function* linked(first: Bytes, ciphertext: Bytes): Generator<Linked> {
  let iv = first;
  let from = 0;
  do {
    const chunk = ciphertext.subarray(from, from + CHUNK);
    const next = chunk.slice(-BLOCK);
    yield { from, iv, chunk, last: from + CHUNK < ciphertext.length ? next : null };
    iv = next;
    from += CHUNK;
  } while (from < ciphertext.length);
}
