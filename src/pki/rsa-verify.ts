import { type Bytes, concat, equal, fromHex } from "../base/bytes.ts";
import { digest } from "../base/digest.ts";
import { derNull, derOctetString, derOid, derSequence } from "./der.ts";
import { power, toNumber } from "./modular.ts";
import { OID } from "./oids.ts";
import type { PssParameters } from "./pss-parameters.ts";
import { readRsaPublicKey } from "./public-key.ts";

/*
 * RSA signatures that WebCrypto cannot be asked about: with SHA-224, or PSS with another hash for the mask than for the message.
 * The operation is the public one, so BigInt's time tells nobody anything.
 */

/** What is worth computing here: beyond it lies no real key, only work (SG-06). */
const MAX_BITS = 8192;
const MAX_EXPONENT = 1n << 33n;

/** RSAVP1 (RFC 8017 §5.2.2); null for a key out of bounds, `false` for a signature that cannot be one of this key. */
function rsavp1(key: Bytes, signature: Bytes): { value: bigint; bits: number } | false | null {
  const { modulus, exponent } = readRsaPublicKey(key);
  const bits = modulus.toString(2).length;
  if (bits > MAX_BITS || exponent < 3n || exponent > MAX_EXPONENT || exponent % 2n === 0n) return null;
  const number = toNumber(signature);
  if (signature.length !== Math.ceil(bits / 8) || number >= modulus) return false;
  return { value: power(number, exponent, modulus), bits };
}

/** I2OSP (RFC 8017 §4.1); null if the number does not fit. */
function octetsOf(value: bigint, length: number): Bytes | null {
  const digits = value.toString(16);
  return digits.length > 2 * length ? null : fromHex(digits.padStart(2 * length, "0"));
}

/**
 * RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): the encoded message is made anew and compared, never taken apart.
 * @param key RSAPublicKey, DER
 * @param name OpenSSL's name of the digest
 * @returns null for a key or digest that is not computed here
 */
export async function verifyRsaV15(key: Bytes, name: "sha224", data: Bytes, signature: Bytes): Promise<boolean | null> {
  const hash = await digest(name, data);
  const opened = rsavp1(key, signature);
  if (hash === null || opened === null) return null;
  if (opened === false) return false;
  const info = derSequence(derSequence(derOid(OID[name]), derNull()), derOctetString(hash));
  const padding = new Uint8Array(signature.length - info.length - 3).fill(0xff);
  const expected = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info);
  const encoded = octetsOf(opened.value, signature.length);
  return padding.length >= 8 && encoded !== null && equal(encoded, expected);
}

/**
 * RSASSA-PSS (RFC 8017 §8.1.2) with any two digests and any salt.
 * @param key RSAPublicKey, DER
 * @returns null for a key or digests that are not computed here
 */
export async function verifyPss(key: Bytes, parameters: PssParameters, data: Bytes, signature: Bytes): Promise<boolean | null> {
  const hash = await digest(parameters.digest, data);
  const opened = rsavp1(key, signature);
  if (hash === null || opened === null || (await digest(parameters.maskDigest, new Uint8Array())) === null) return null;
  if (opened === false) return false;
  const encodedBits = opened.bits - 1;
  const encoded = octetsOf(opened.value, Math.ceil(encodedBits / 8));
  return encoded !== null && (await emsaPssVerify(hash, encoded, encodedBits, parameters));
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2), by its steps. */
async function emsaPssVerify(hash: Bytes, encoded: Bytes, encodedBits: number, { digest: name, maskDigest, saltLength }: PssParameters): Promise<boolean> {
  const blockLength = encoded.length - hash.length - 1;
  const zeros = blockLength - saltLength - 1;
  if (zeros < 0 || encoded.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, blockLength);
  const h = encoded.subarray(blockLength, -1);
  // Bits of the first octet that lie above the encoded message's length.
  const unused = 0xff & ~(0xff >> (8 * encoded.length - encodedBits));
  if (((masked[0] as number) & unused) !== 0) return false;
  const mask = await mgf1(maskDigest, h, blockLength);
  const block = masked.map((octet, i) => octet ^ (mask[i] as number));
  block[0] = (block[0] as number) & ~unused;
  if (block.subarray(0, zeros).some((octet) => octet !== 0) || block[zeros] !== 1) return false;
  const again = await digest(name, concat(new Uint8Array(8), hash, block.subarray(zeros + 1)));
  return again !== null && equal(again, h);
}

/** MGF1 (RFC 8017 B.2.1). */
async function mgf1(name: string, seed: Bytes, length: number): Promise<Bytes> {
  const blocks: Bytes[] = [];
  for (let done = 0; done < length; done += (blocks[0] as Bytes).length) {
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, blocks.length);
    blocks.push((await digest(name, concat(seed, counter))) as Bytes);
  }
  return concat(...blocks);
}
