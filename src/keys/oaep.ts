import { type Bytes, concat } from "../base/bytes.ts";
import { digest as digestWith } from "../base/digest.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG, contextTag, octetStringContent, readSingle } from "../pki/der-reader.ts";

/** RSAES-OAEP-params (RFC 4055 §4.1), hashes by OpenSSL's names. */
export interface OaepParameters {
  hash: string;
  maskHash: string;
  label: Bytes;
}

/** The hashes that WebCrypto has, by its names. */
export type OaepHash = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

export const OAEP_HASHES: readonly OaepHash[] = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

const HASHES: readonly string[] = ["sha1", "sha224", "sha256", "sha384", "sha512"];

function hashNamed({ name }: Algorithm): string {
  if (!HASHES.includes(name)) throw new SmimeError("cms.algorithm-unknown");
  return name;
}

/** Reads the parameters of id-RSAES-OAEP; absent ones stand for SHA-1 throughout. Throws `cms.algorithm-unknown`, `pki.malformed`. */
export function readOaepParameters(algorithm: Algorithm): OaepParameters {
  const out: OaepParameters = { hash: "sha1", maskHash: "sha1", label: new Uint8Array() };
  if (algorithm.parametersDer === null) return out;
  const reader = new DerReader(readSingle(algorithm.parametersDer, TAG.sequence, "ber").content, "ber");
  const hash = reader.enterOptional(contextTag(0));
  const mask = reader.enterOptional(contextTag(1));
  const source = reader.enterOptional(contextTag(2));
  reader.end();
  if (hash !== null) out.hash = hashNamed(readAlgorithm(hash.next(TAG.sequence)));
  if (mask !== null) {
    const generation = readAlgorithm(mask.next(TAG.sequence));
    if (generation.name !== "mgf1" || generation.parametersDer === null) throw new SmimeError("cms.algorithm-unknown");
    out.maskHash = hashNamed(readAlgorithm(readSingle(generation.parametersDer, TAG.sequence, "ber")));
  }
  if (source !== null) {
    const given = readAlgorithm(source.next(TAG.sequence));
    if (given.name !== "pSpecified" || given.parametersDer === null) throw new SmimeError("cms.algorithm-unknown");
    out.label = octetStringContent(new DerReader(given.parametersDer, "ber").next());
  }
  return out;
}

async function digest(hash: string, ...parts: Uint8Array[]): Promise<Bytes> {
  return (await digestWith(hash, concat(...parts))) as Bytes;
}

/** MGF1 (RFC 8017 B.2.1), joined to `data` by exclusive or. */
async function unmask(hash: string, seed: Bytes, data: Bytes): Promise<Bytes> {
  const blocks: Bytes[] = [];
  for (let length = 0; length < data.length; length += (blocks[0] as Bytes).length) {
    blocks.push(await digest(hash, seed, Uint8Array.of(0, 0, 0, blocks.length)));
  }
  const mask = concat(...blocks);
  return data.map((octet, i) => octet ^ (mask[i] as number));
}

/**
 * Undoes EME-OAEP (RFC 8017 §7.1.2 step 3), for the mixtures of hashes, and SHA-224, that WebCrypto does not have.
 * All checks are made before one answer is given: which of them failed would let an attacker decrypt (Manger, 2001).
 * @param encoded The result of the private operation, as long as the modulus; null where the ciphertext was out of range.
 * @returns null if the padding is wrong.
 */
export async function decodeOaep({ hash, maskHash, label }: OaepParameters, encoded: Bytes | null): Promise<Bytes | null> {
  const labelHash = await digest(hash, label);
  const size = labelHash.length;
  if (encoded === null || encoded.length < 2 * size + 2) return null;
  const maskedBlock = encoded.subarray(1 + size);
  const seed = await unmask(maskHash, maskedBlock, encoded.subarray(1, 1 + size));
  const block = await unmask(maskHash, seed, maskedBlock);
  let wrong = encoded[0] as number;
  for (let i = 0; i < size; i++) wrong |= (block[i] as number) ^ (labelHash[i] as number);
  let separator = 0;
  for (let i = size; i < block.length; i++) {
    const octet = block[i] as number;
    const before = separator === 0 ? 1 : 0;
    separator += before * (octet === 1 ? i : 0);
    wrong |= before * (octet === 1 ? 0 : octet);
  }
  return wrong !== 0 || separator === 0 ? null : block.slice(separator + 1);
}
