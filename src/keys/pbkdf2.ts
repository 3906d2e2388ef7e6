import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG, readSingle } from "../pki/der-reader.ts";
import { countOf } from "../pki/der-values.ts";
import { type Budget, pkcs12Limits, spend } from "./pkcs12-limits.ts";

const HASHES: Record<string, string> = { hmacWithSHA1: "SHA-1", hmacWithSHA256: "SHA-256", hmacWithSHA384: "SHA-384", hmacWithSHA512: "SHA-512" };

/** WebCrypto's hash for an HMAC; throws `keys.pkcs12-algorithm`. */
export function hashOfHmac(algorithm: Algorithm): string {
  const hash = HASHES[algorithm.name];
  if (hash === undefined) throw new SmimeError("keys.pkcs12-algorithm");
  return hash;
}

/** PBKDF2-params (RFC 8018 A.2). */
export interface Pbkdf2 {
  salt: Bytes;
  iterations: number;
  keyLength: number | null;
  hash: string;
}

/** Reads PBKDF2 with its parameters. Throws `keys.pkcs12-algorithm` for another function, `pki.malformed`. */
export function readPbkdf2(algorithm: Algorithm): Pbkdf2 {
  if (algorithm.name !== "PBKDF2" || algorithm.parametersDer === null) throw new SmimeError("keys.pkcs12-algorithm");
  const reader = new DerReader(readSingle(algorithm.parametersDer, TAG.sequence, "ber").content, "ber");
  const salt = reader.next(TAG.octetString).content;
  const iterations = countOf(reader.next(TAG.integer));
  const keyLength = reader.optional(TAG.integer);
  const prf = reader.optional(TAG.sequence);
  reader.end();
  if (iterations < 1 || salt.length > pkcs12Limits.saltLength) throw new SmimeError("pki.malformed");
  return {
    salt,
    iterations,
    keyLength: keyLength === null ? null : countOf(keyLength),
    hash: prf === null ? "SHA-1" : hashOfHmac(readAlgorithm(prf)),
  };
}

/** Derives `length` octets. Throws `limits.pkcs12`. */
export async function derivePbkdf2(parameters: Pbkdf2, password: Bytes, length: number, budget: Budget): Promise<Bytes> {
  spend(budget, "pbkdf2", parameters.iterations * Math.ceil(length / 20));
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const { salt, iterations, hash } = parameters;
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", salt, iterations, hash }, key, length * 8));
}
