import type { Bytes } from "../base/bytes.ts";
import { withoutPadding } from "../base/ciphers/cbc.ts";
import { SmimeError } from "../base/errors.ts";

/*
 * AES-192-CBC decryption for platforms whose WebCrypto has no 192-bit keys (Chromium). FIPS 197, the equivalent inverse cipher
 * with one table. Tables make its time depend on the data, as far as a cache can be watched from elsewhere; WebCrypto
 * is used wherever it can.
 */

const ROUNDS = 12;

interface Tables {
  box: Uint8Array;
  inverse: Uint8Array;
  /** InvSubBytes and InvMixColumns of one octet in the word's highest place. */
  mixed: Uint32Array;
}

let tables: Tables | null = null;

function times(a: number, b: number): number {
  let product = 0;
  for (let x = a, y = b; y > 0; y >>= 1) {
    if ((y & 1) !== 0) product ^= x;
    x = (x << 1) ^ ((x & 0x80) === 0 ? 0 : 0x11b);
  }
  return product;
}

function makeTables(): Tables {
  const box = new Uint8Array(256);
  const inverse = new Uint8Array(256);
  const mixed = new Uint32Array(256);
  // 3 generates the field: its powers and those of its inverse run through all pairs of inverses.
  let p = 1;
  let q = 1;
  do {
    p = times(p, 3);
    q = times(q, 0xf6);
    const rotated = q ^ (q << 1) ^ (q << 2) ^ (q << 3) ^ (q << 4);
    box[p] = ((rotated ^ (rotated >> 8)) & 0xff) ^ 0x63;
  } while (p !== 1);
  box[0] = 0x63;
  for (let i = 0; i < 256; i++) inverse[box[i] as number] = i;
  for (let i = 0; i < 256; i++) mixed[i] = mixWord(inverse[i] as number);
  return { box, inverse, mixed };
}

function mixWord(octet: number): number {
  return ((times(octet, 14) << 24) | (times(octet, 9) << 16) | (times(octet, 13) << 8) | times(octet, 11)) >>> 0;
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** Key expansion (FIPS 197 §5.2), with InvMixColumns applied to the inner round keys (§5.3.5). */
function expandKey(key: Bytes, { box, mixed }: Tables): Uint32Array {
  const words = new Uint32Array(4 * (ROUNDS + 1));
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  for (let i = 0; i < 6; i++) words[i] = view.getUint32(4 * i);
  let constant = 1;
  for (let i = 6; i < words.length; i++) {
    let word = words[i - 1] as number;
    if (i % 6 === 0) {
      word = substitute(rotate(word, 24), box) ^ (constant << 24);
      constant = times(constant, 2);
    }
    words[i] = (words[i - 6] as number) ^ word;
  }
  for (let i = 4; i < 4 * ROUNDS; i++) {
    const word = words[i] as number;
    const part = (shift: number): number => mixed[box[(word >>> shift) & 0xff] as number] as number;
    words[i] = part(24) ^ rotate(part(16), 8) ^ rotate(part(8), 16) ^ rotate(part(0), 24);
  }
  return words;
}

function substitute(word: number, box: Uint8Array): number {
  const octet = (shift: number): number => (box[(word >>> shift) & 0xff] as number) << shift;
  return octet(24) | octet(16) | octet(8) | octet(0);
}

/** Decrypts and takes off the padding (RFC 5652 §6.3). Throws `cms.decrypt-failed` for a wrong length or padding. */
export function decryptAes192Cbc(key: Bytes, iv: Bytes, data: Bytes): Bytes {
  if (key.length !== 24 || iv.length !== 16 || data.length === 0 || data.length % 16 !== 0) throw new SmimeError("cms.decrypt-failed");
  tables ??= makeTables();
  const words = expandKey(key, tables);
  const out = new Uint8Array(data.length);
  const input = new DataView(data.buffer, data.byteOffset, data.length);
  const output = new DataView(out.buffer);
  const start = new DataView(iv.buffer, iv.byteOffset, 16);
  const state = new Uint32Array(4);
  for (let at = 0; at < data.length; at += 16) {
    for (let i = 0; i < 4; i++) state[i] = input.getUint32(at + 4 * i);
    decryptBlock(state, words, tables);
    for (let i = 0; i < 4; i++) {
      const previous = at === 0 ? start.getUint32(4 * i) : input.getUint32(at - 16 + 4 * i);
      output.setUint32(at + 4 * i, ((state[i] as number) ^ previous) >>> 0);
    }
  }
  const content = withoutPadding(out, 16);
  if (content === null) throw new SmimeError("cms.decrypt-failed");
  return content;
}

function decryptBlock(state: Uint32Array, words: Uint32Array, { inverse, mixed }: Tables): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  const key = (i: number): number => words[i] as number;
  a ^= key(4 * ROUNDS);
  b ^= key(4 * ROUNDS + 1);
  c ^= key(4 * ROUNDS + 2);
  d ^= key(4 * ROUNDS + 3);
  const mix = (w: number, x: number, y: number, z: number): number =>
    (mixed[(w >>> 24) & 0xff] as number) ^
    rotate(mixed[(x >>> 16) & 0xff] as number, 8) ^
    rotate(mixed[(y >>> 8) & 0xff] as number, 16) ^
    rotate(mixed[z & 0xff] as number, 24);
  for (let round = ROUNDS - 1; round > 0; round--) {
    // InvShiftRows takes each row from a column further to the left.
    const [e, f, g, h] = [mix(a, d, c, b), mix(b, a, d, c), mix(c, b, a, d), mix(d, c, b, a)];
    a = e ^ key(4 * round);
    b = f ^ key(4 * round + 1);
    c = g ^ key(4 * round + 2);
    d = h ^ key(4 * round + 3);
  }
  const last = (w: number, x: number, y: number, z: number): number =>
    ((inverse[w >>> 24] as number) << 24) |
    ((inverse[(x >>> 16) & 0xff] as number) << 16) |
    ((inverse[(y >>> 8) & 0xff] as number) << 8) |
    (inverse[z & 0xff] as number);
  state[0] = last(a, d, c, b) ^ key(0);
  state[1] = last(b, a, d, c) ^ key(1);
  state[2] = last(c, b, a, d) ^ key(2);
  state[3] = last(d, c, b, a) ^ key(3);
}
