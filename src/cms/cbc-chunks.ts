import { type Bytes, concat } from "../base/bytes.ts";
import { chunks, lengthOf, octetsOf, type Piece } from "../base/pieces.ts";

export const BLOCK = 16;

/** Octets that are given to the platform at once: enough that a call's own cost is small, and few enough that others have work meanwhile. */
const CHUNK = 512 * 1024;

/** Chunks that are decrypted side by side. */
const AT_ONCE = 4;

const NOTHING = new Uint8Array(0);

/**
 * AES-CBC chunk by chunk: each one's IV is the last block before it (NIST SP 800-38A §6.2), and the padding that WebCrypto puts
 * behind every chunk counts behind the last one alone. A chunk is in work while whoever asked has the one before.
 */
export async function* encryptCbc(key: CryptoKey, first: Bytes, content: readonly Piece[]): AsyncGenerator<Bytes> {
  const encrypt = (iv: Bytes, chunk: Bytes): Promise<ArrayBuffer> => crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, chunk);
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

/**
 * Decrypts AES-CBC in chunks side by side, so that a large message is copied a little at a time. WebCrypto wants padding behind
 * each: the encryption of nothing under a chunk's last block as IV is just that. `key` may encrypt and decrypt.
 * Throws what the platform throws for a wrong length, and for a wrong padding at the very end.
 */
export async function decryptCbc(key: CryptoKey, first: Bytes, segments: readonly Bytes[]): Promise<Bytes> {
  const length = lengthOf(segments);
  const decrypt = async (iv: Bytes, chunk: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, chunk));
  if (length <= CHUNK || length % BLOCK !== 0) return decrypt(first, octetsOf(...segments));
  const out = new Uint8Array(length);
  let [taken, end] = [0, 0];
  const into = async (iv: Bytes, chunk: Bytes, at: number, isLast: boolean): Promise<void> => {
    const padding = isLast ? NOTHING : new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: chunk.slice(-BLOCK) }, key, NOTHING));
    const plain = await decrypt(iv, isLast ? chunk : concat(chunk, padding));
    out.set(plain, at);
    if (isLast) end = at + plain.length;
  };
  let iv = first;
  let working: Promise<void>[] = [];
  for (const chunk of chunks(segments, CHUNK)) {
    working.push(into(iv, chunk, taken, taken + chunk.length === length));
    taken += chunk.length;
    iv = chunk.slice(-BLOCK);
    if (working.length < AT_ONCE) continue;
    await Promise.all(working);
    working = [];
  }
  await Promise.all(working);
  return out.subarray(0, end);
}
