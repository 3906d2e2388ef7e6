import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { readAlgorithm } from "../pki/algorithm.ts";
import { derBitString, derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../pki/der.ts";
import { DerReader, TAG, readSingle } from "../pki/der-reader.ts";
import { bigIntegerOf, oidOf } from "../pki/der-values.ts";
import { nameOfOid, OID } from "../pki/oids.ts";
import type { PublicKeyFacts } from "../pki/public-key.ts";

/** The numbers of an RSA private key (RFC 8017 A.1.2). */
export interface RsaPrivateNumbers {
  n: bigint;
  e: bigint;
  d: bigint;
  p: bigint;
  q: bigint;
  dp: bigint;
  dq: bigint;
  qInverse: bigint;
}

/** What a PrivateKeyInfo (RFC 5958) holds. */
export type PrivateKeyFacts =
  | { kind: "rsa"; pssOnly: boolean; numbers: RsaPrivateNumbers; rsaPrivateKey: Bytes }
  | { kind: "ec"; curve: string; scalar: Bytes }
  | { kind: "ed25519" | "x25519"; secret: Bytes };

/** Reads a DER PrivateKeyInfo. Throws `pki.malformed`, and `keys.algorithm` for a kind that is not supported. */
export function readPkcs8(pkcs8: Bytes): PrivateKeyFacts {
  const reader = new DerReader(readSingle(pkcs8, TAG.sequence, "ber").content, "ber");
  reader.next(TAG.integer);
  const algorithm = readAlgorithm(reader.next(TAG.sequence));
  const key = reader.next(TAG.octetString).content;
  switch (algorithm.name) {
    case "rsaEncryption":
    case "rsassaPss":
      return { kind: "rsa", pssOnly: algorithm.name === "rsassaPss", numbers: readRsaPrivateKey(key), rsaPrivateKey: key };
    case "id-ecPublicKey": {
      if (algorithm.parametersDer?.[0] !== TAG.oid) throw new SmimeError("keys.algorithm");
      return { kind: "ec", curve: nameOfOid(oidOf(readSingle(algorithm.parametersDer, TAG.oid, "ber"))), scalar: readEcPrivateKey(key) };
    }
    case "ED25519":
    case "X25519":
      return { kind: algorithm.name === "ED25519" ? "ed25519" : "x25519", secret: readSingle(key, TAG.octetString, "ber").content };
    default:
      throw new SmimeError("keys.algorithm");
  }
}

function readRsaPrivateKey(key: Bytes): RsaPrivateNumbers {
  const reader = new DerReader(readSingle(key, TAG.sequence, "ber").content, "ber");
  const number = (): bigint => bigIntegerOf(reader.next(TAG.integer));
  // Version 1 would be a key of more than two primes, which no platform imports.
  if (number() !== 0n) throw new SmimeError("keys.algorithm");
  const numbers = { n: number(), e: number(), d: number(), p: number(), q: number(), dp: number(), dq: number(), qInverse: number() };
  if (numbers.n !== numbers.p * numbers.q || numbers.e < 3n || numbers.p < 3n || numbers.q < 3n) throw new SmimeError("pki.malformed");
  return numbers;
}

/** The private number of an ECPrivateKey (RFC 5915). */
function readEcPrivateKey(key: Bytes): Bytes {
  const reader = new DerReader(readSingle(key, TAG.sequence, "ber").content, "ber");
  reader.next(TAG.integer);
  return reader.next(TAG.octetString).content;
}

/** Writes a PrivateKeyInfo under rsaEncryption, the one identifier that WebCrypto imports RSA keys under. */
export function rsaPkcs8(rsaPrivateKey: Bytes): Bytes {
  return derSequence(derInteger(0), derSequence(derOid(OID.rsaEncryption), derNull()), derOctetString(rsaPrivateKey));
}

/**
 * Writes the PrivateKeyInfo of an EC key together with its public point, which Firefox needs to import it and many files
 * leave out. The platform checks that both belong together, or the caller must.
 */
export function ecPkcs8(scalar: Bytes, publicKey: PublicKeyFacts): Bytes {
  const privateKey = derSequence(derInteger(1), derOctetString(scalar), derTagged(1, derBitString(publicKey.key)));
  return derSequence(derInteger(0), publicKey.algorithm.der, derOctetString(privateKey));
}

/** Writes the PrivateKeyInfo of RFC 8410 §7, version 1 without the public key, which all platforms import. */
export function curve25519Pkcs8(kind: "ed25519" | "x25519", secret: Bytes): Bytes {
  const oid = kind === "ed25519" ? OID.ED25519 : OID.X25519;
  return derSequence(derInteger(0), derSequence(derOid(oid)), derOctetString(derOctetString(secret)));
}

