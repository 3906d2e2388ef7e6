import type { Bytes } from "../bytes.ts";

/** A cipher of eight-octet blocks, ready with its key. Only reading of old mail and key files needs these (OL-01), so none encrypts. */
export interface BlockDecipher {
  /** Decrypts the block at `from[at]` into `to[at]`. */
  decryptBlock(from: Uint8Array, to: Uint8Array, at: number): void;
}

export const BLOCK = 8;

/**
 * Undoes cipher block chaining (SP 800-38A §6.2); padding stays on.
 * Throws `RangeError` if `iv` is not one block or `ciphertext` not whole blocks, at least one.
 */
export function cbcDecrypt(cipher: BlockDecipher, iv: Uint8Array, ciphertext: Uint8Array): Bytes {
  if (iv.length !== BLOCK || ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) throw new RangeError("not whole blocks");
  const out = new Uint8Array(ciphertext.length);
  for (let at = 0; at < ciphertext.length; at += BLOCK) {
    cipher.decryptBlock(ciphertext, out, at);
    for (let i = 0; i < BLOCK; i++) {
      const before = at === 0 ? (iv[i] as number) : (ciphertext[at - BLOCK + i] as number);
      out[at + i] = (out[at + i] as number) ^ before;
    }
  }
  return out;
}

/** Takes off the padding of RFC 5652 §6.3; null if it is not there. A caller must not tell an attacker which it was. */
export function withoutPadding(padded: Bytes, block: number = BLOCK): Bytes | null {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > block || count > padded.length) return null;
  for (let i = padded.length - count; i < padded.length; i++) if (padded[i] !== count) return null;
  return padded.subarray(0, padded.length - count);
}
