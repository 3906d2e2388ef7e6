import type { Bytes } from "../base/bytes.ts";
import { giveWay } from "../base/give-way.ts";

/*
 * SHA-1 and SHA-256 (FIPS 180-4) run again and again over their own output. The old PKCS#12 derivation does that a hundred
 * thousand times, and each call of WebCrypto waits for another thread. Nothing else may use these: the platform's are faster.
 */

/** Milliseconds after which others have their turn: every frame and page waits for the background that computes here. */
const TURN = 8;
/** Rounds between two looks at the clock, a millisecond or two. */
const STRIDE = 512;

const K256 = firstPrimes(64).map((prime) => fraction(Math.cbrt(prime)));
const H256 = firstPrimes(8).map((prime) => fraction(Math.sqrt(prime)));
const H1 = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].map((word) => word | 0);

/** FIPS 180-4 §4.2.2 and §5.3.3: constants are the first 32 bits of the fractions of roots of primes, which a double holds exactly enough. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function sha1Block(state: Int32Array, w: Int32Array): void {
  for (let t = 16; t < 80; t++) {
    const x = (w[t - 3] as number) ^ (w[t - 8] as number) ^ (w[t - 14] as number) ^ (w[t - 16] as number);
    w[t] = (x << 1) | (x >>> 31);
  }
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
  for (let t = 0; t < 80; t++) {
    const f = t < 20 ? (b & c) | (~b & d) : t < 40 || t >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const k = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + k + (w[t] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  [a, b, c, d, e].forEach((word, i) => (state[i] = (state[i] as number) + word));
}

function rotate(x: number, count: number): number {
  return (x >>> count) | (x << (32 - count));
}

function sha256Block(state: Int32Array, w: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const [x, y] = [w[t - 15] as number, w[t - 2] as number];
    const small0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const small1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = (w[t - 16] as number) + small0 + (w[t - 7] as number) + small1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const one = (h + big1 + ((e & f) ^ (~e & g)) + (K256[t] as number) + (w[t] as number)) | 0;
    const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] as number) + word));
}

/**
 * Digests octets of exactly the digest's own length `times` times, each time the result of the last.
 * Others have their turn every few milliseconds.
 * @param name `SHA-1` (20 octets) or `SHA-256` (32 octets).
 * @param onProgress told how many were done, at each of those turns
 */
export async function iterateDigest(name: "SHA-1" | "SHA-256", start: Bytes, times: number, onProgress: (done: number) => void = () => undefined): Promise<Bytes> {
  const [initial, block, words] = name === "SHA-1" ? ([H1, sha1Block, 80] as const) : ([H256, sha256Block, 64] as const);
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const state = Int32Array.from(initial, (_, i) => view.getInt32(4 * i));
  const w = new Int32Array(words);
  let turn = performance.now();
  for (let i = 0; i < times; i++) {
    if (i % STRIDE === 0 && performance.now() - turn > TURN) {
      onProgress(i);
      await giveWay();
      turn = performance.now();
    }
    // One block: the message, the bit that ends it, zeros, its length.
    w.fill(0, 0, 16);
    w.set(state);
    w[initial.length] = 0x80000000;
    w[15] = initial.length * 32;
    state.set(initial);
    block(state, w);
  }
  const out = new Uint8Array(initial.length * 4);
  state.forEach((word, i) => new DataView(out.buffer).setInt32(4 * i, word));
  return out;
}
