import type { BlockDecipher } from "./cbc.ts";

/*
 * DES and Triple DES (FIPS 46-3), for old mail and key files. Bits are numbered as in the standard: 1 is the highest.
 * The round function reads tables made once: each S-box joined with the permutation P.
 */

/** Four rows of sixteen for each box, a hexadecimal digit an entry. */
const S_BOXES = [
  "e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d",
  "f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9",
  "a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c",
  "7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e",
  "2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453",
  "c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d",
  "4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c",
  "d2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b",
];

const P = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25];

const PC1_LEFT = [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36];
const PC1_RIGHT = [63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4];

const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44,
  49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

const ROTATIONS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

const SP = S_BOXES.map((box) => {
  const rows = box.split(" ");
  return Int32Array.from({ length: 64 }, (_, six) => {
    const row = ((six >> 4) & 2) | (six & 1);
    const four = Number.parseInt(rows[row]?.[(six >> 1) & 15] ?? "0", 16);
    return four;
  });
}).map((box, index) =>
  box.map((four) => {
    const placed = four << (28 - 4 * index);
    return P.reduce((out, from, to) => out | (((placed >>> (32 - from)) & 1) << (31 - to)), 0);
  }),
) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** Two words for each round: the six-bit keys of boxes 1, 3, 5, 7 and of boxes 2, 4, 6, 8, each in the low bits of an octet shifted by two. */
function schedule(key: Uint8Array): Int32Array {
  const bit = (from: number): number => ((key[(from - 1) >> 3] as number) >> (7 - ((from - 1) & 7))) & 1;
  let left = PC1_LEFT.map(bit);
  let right = PC1_RIGHT.map(bit);
  const words = new Int32Array(32);
  ROTATIONS.forEach((count, round) => {
    left = [...left.slice(count), ...left.slice(0, count)];
    right = [...right.slice(count), ...right.slice(0, count)];
    const joined = [...left, ...right];
    for (let box = 0; box < 8; box++) {
      let six = 0;
      for (let i = 0; i < 6; i++) six = (six << 1) | (joined[(PC2[box * 6 + i] as number) - 1] as number);
      const word = round * 2 + (box & 1);
      words[word] = (words[word] as number) | (six << (26 - 8 * (box >> 1)));
    }
  });
  return words;
}

function reversed(words: Int32Array): Int32Array {
  return words.map((_, i) => words[30 - (i & ~1) + (i & 1)] as number);
}

/** The two halves of a block between the initial and the final permutation. */
interface Halves {
  left: number;
  right: number;
}

/** Sixteen rounds; halves come out swapped, as the next DES of a Triple DES and the final permutation want them. */
function rounds(halves: Halves, words: Int32Array): void {
  const [s1, s2, s3, s4, s5, s6, s7, s8] = SP;
  let { left, right } = halves;
  for (let i = 0; i < 32; i += 2) {
    const odd = ((right >>> 1) | (right << 31)) ^ (words[i] as number);
    const even = ((right << 3) | (right >>> 29)) ^ (words[i + 1] as number);
    const mixed =
      (s1[(odd >>> 26) & 63] as number) |
      (s3[(odd >>> 18) & 63] as number) |
      (s5[(odd >>> 10) & 63] as number) |
      (s7[(odd >>> 2) & 63] as number) |
      (s2[(even >>> 26) & 63] as number) |
      (s4[(even >>> 18) & 63] as number) |
      (s6[(even >>> 10) & 63] as number) |
      (s8[(even >>> 2) & 63] as number);
    const next = left ^ mixed;
    left = right;
    right = next;
  }
  halves.left = right;
  halves.right = left;
}

/** Exchanges the bits of `mask` in `low` with those `shift` higher in `high`; five of these make the initial permutation. */
function exchange(halves: Halves, high: "left" | "right", shift: number, mask: number): void {
  const low = high === "left" ? "right" : "left";
  const moved = ((halves[high] >>> shift) ^ halves[low]) & mask;
  halves[low] ^= moved;
  halves[high] ^= moved << shift;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}

/** Runs one or three DES, given by their key schedules in the order of decryption. */
class DesDecipher implements BlockDecipher {
  readonly #stages: Int32Array[];
  readonly #halves: Halves = { left: 0, right: 0 };

  constructor(stages: Int32Array[]) {
    this.#stages = stages;
  }

  decryptBlock(from: Uint8Array, to: Uint8Array, at: number): void {
    const halves = this.#halves;
    halves.left = word(from, at);
    halves.right = word(from, at + 4);
    exchange(halves, "left", 4, 0x0f0f0f0f);
    exchange(halves, "left", 16, 0x0000ffff);
    exchange(halves, "right", 2, 0x33333333);
    exchange(halves, "right", 8, 0x00ff00ff);
    exchange(halves, "left", 1, 0x55555555);
    for (const stage of this.#stages) rounds(halves, stage);
    exchange(halves, "left", 1, 0x55555555);
    exchange(halves, "right", 8, 0x00ff00ff);
    exchange(halves, "right", 2, 0x33333333);
    exchange(halves, "left", 16, 0x0000ffff);
    exchange(halves, "left", 4, 0x0f0f0f0f);
    for (let i = 0; i < 4; i++) {
      to[at + i] = halves.left >>> (24 - 8 * i);
      to[at + 4 + i] = halves.right >>> (24 - 8 * i);
    }
  }
}

/** DES with a key of eight octets; parity bits are not looked at. */
export function desDecipher(key: Uint8Array): BlockDecipher {
  if (key.length !== 8) throw new RangeError("DES key length");
  return new DesDecipher([reversed(schedule(key))]);
}

/** Triple DES (encrypt, decrypt, encrypt) with 24 octets, or 16 where the third key is the first again; parity is not looked at. */
export function tripleDesDecipher(key: Uint8Array): BlockDecipher {
  if (key.length !== 24 && key.length !== 16) throw new RangeError("Triple DES key length");
  const first = schedule(key.subarray(0, 8));
  const second = schedule(key.subarray(8, 16));
  const third = key.length === 24 ? schedule(key.subarray(16, 24)) : first;
  return new DesDecipher([reversed(third), second, reversed(first)]);
}
