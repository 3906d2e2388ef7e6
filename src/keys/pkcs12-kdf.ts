import { type Bytes, concat } from "../base/bytes.ts";
import { iterateDigest } from "./iterated-digest.ts";

/** What the octets are derived for (RFC 7292 B.3). */
export const KDF_PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/** A digest with what the derivation needs to know of it: output and block in octets. */
interface Digest {
  name: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  output: number;
  block: number;
}

/** By OpenSSL's name. */
export const KDF_DIGESTS: Readonly<Record<string, Digest>> = {
  sha1: { name: "SHA-1", output: 20, block: 64 },
  sha256: { name: "SHA-256", output: 32, block: 64 },
  sha384: { name: "SHA-384", output: 48, block: 128 },
  sha512: { name: "SHA-512", output: 64, block: 128 },
};

/** Repeats octets until they fill whole blocks; nothing stays nothing. */
function fillBlocks(octets: Uint8Array, block: number): Bytes {
  const out = new Uint8Array(Math.ceil(octets.length / block) * block);
  for (let i = 0; i < out.length; i++) out[i] = octets[i % octets.length] as number;
  return out;
}

/** Adds `b` and one to each block of `input`, big endian, dropping what overflows. */
function addToBlocks(input: Bytes, b: Bytes): void {
  for (let start = 0; start < input.length; start += b.length) {
    let carry = 1;
    for (let i = b.length - 1; i >= 0; i--) {
      carry += (input[start + i] as number) + (b[i] as number);
      input[start + i] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/**
 * The key derivation of PKCS#12 (RFC 7292 B.2).
 * @param digest A key of `KDF_DIGESTS`.
 * @param password UTF-16 with its two zero octets, or nothing.
 * @param onProgress told now and then how much is done, of 1
 */
export async function pkcs12Kdf(
  digest: Digest,
  purpose: number,
  password: Bytes,
  salt: Bytes,
  iterations: number,
  length: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<Bytes> {
  const diversifier = new Uint8Array(digest.block).fill(purpose);
  const input = concat(fillBlocks(salt, digest.block), fillBlocks(password, digest.block));
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += digest.output) {
    let hash = new Uint8Array(await crypto.subtle.digest(digest.name, concat(diversifier, input)));
    if (digest.name === "SHA-1" || digest.name === "SHA-256") hash = await iterateDigest(digest.name, hash, iterations - 1, (done) => onProgress((at + (digest.output * done) / iterations) / length));
    else for (let i = 1; i < iterations; i++) hash = new Uint8Array(await crypto.subtle.digest(digest.name, hash));
    out.set(hash.subarray(0, Math.min(digest.output, length - at)), at);
    addToBlocks(input, fillBlocks(hash, digest.block).subarray(0, digest.block));
  }
  return out;
}
