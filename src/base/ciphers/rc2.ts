import { fromHex } from "../bytes.ts";
import type { BlockDecipher } from "./cbc.ts";

/** Octets from the digits of pi (RFC 2268 §2). */
const PI_TABLE = fromHex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
);

/** Rounds in the order of decryption: true for one that mashes (RFC 2268 §4.3). */
const ROUNDS = [...mixing(5), true, ...mixing(6), true, ...mixing(5)];

function mixing(count: number): boolean[] {
  return new Array<boolean>(count).fill(false);
}

const SHIFTS = [1, 2, 3, 5] as const;

/** RFC 2268 §2: stretches a key of 1 to 128 octets to 64 words of 16 bits, of `effectiveBits` bits of strength. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const pi = (index: number): number => PI_TABLE[index & 0xff] as number;
  for (let i = key.length; i < 128; i++) bytes[i] = pi((bytes[i - 1] as number) + (bytes[i - key.length] as number));
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
  bytes[128 - effectiveBytes] = pi((bytes[128 - effectiveBytes] as number) & mask);
  for (let i = 127 - effectiveBytes; i >= 0; i--) bytes[i] = pi((bytes[i + 1] as number) ^ (bytes[i + effectiveBytes] as number));
  return Uint16Array.from({ length: 64 }, (_, i) => (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8));
}

/**
 * RC2 (RFC 2268), for old mail and key files.
 * @param key 1 to 128 octets.
 * @param effectiveBits 1 to 1024; throws `RangeError` outside.
 */
export function rc2Decipher(key: Uint8Array, effectiveBits: number): BlockDecipher {
  if (key.length < 1 || key.length > 128 || effectiveBits < 1 || effectiveBits > 1024) throw new RangeError("RC2 key length");
  const words = expandKey(key, effectiveBits);
  return {
    decryptBlock(from, to, at) {
      const r = Uint16Array.from({ length: 4 }, (_, i) => (from[at + 2 * i] as number) | ((from[at + 2 * i + 1] as number) << 8));
      let next = 63;
      for (const mash of ROUNDS) {
        for (let i = 3; i >= 0; i--) {
          const [before, two, three] = [r[(i + 3) & 3] as number, r[(i + 2) & 3] as number, r[(i + 1) & 3] as number];
          if (mash) r[i] = (r[i] as number) - (words[before & 63] as number);
          else {
            const shift = SHIFTS[i] as number;
            const turned = ((r[i] as number) >>> shift) | ((r[i] as number) << (16 - shift));
            r[i] = turned - (words[next--] as number) - (before & two) - (~before & three);
          }
        }
      }
      r.forEach((value, i) => {
        to[at + 2 * i] = value & 0xff;
        to[at + 2 * i + 1] = value >>> 8;
      });
    },
  };
}
