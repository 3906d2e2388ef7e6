import type { Bytes } from "../base/bytes.ts";
import { type Algorithm, readAlgorithm } from "./algorithm.ts";
import { DerReader, TAG, readSingle } from "./der-reader.ts";
import { bigIntegerOf, bitStringOctets, oidOf } from "./der-values.ts";
import { nameOfOid } from "./oids.ts";

/** What a SubjectPublicKeyInfo says (RFC 5280 §4.1.2.7). */
export interface PublicKeyFacts {
  algorithm: Algorithm;
  /** The named curve of an EC key (`prime256v1`, …); null for other keys and for explicit parameters. */
  curve: string | null;
  /** Size of an RSA modulus or of the curve; 0 if not known here. */
  bits: number;
  /** The BIT STRING's octets: RSAPublicKey, an EC point, or the raw key. */
  key: Bytes;
}

const CURVE_BITS: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
const FIXED_BITS: Record<string, number> = { ED25519: 256, X25519: 256, ED448: 456, X448: 448 };

/** Modulus and public exponent of an RSAPublicKey, DER (RFC 8017 A.1.1). Throws `pki.malformed`. */
export function readRsaPublicKey(key: Bytes): { modulus: bigint; exponent: bigint } {
  const reader = new DerReader(readSingle(key, TAG.sequence).content);
  const modulus = bigIntegerOf(reader.next(TAG.integer));
  const exponent = bigIntegerOf(reader.next(TAG.integer));
  reader.end();
  return { modulus, exponent };
}

/** Reads a DER SubjectPublicKeyInfo. Throws `pki.malformed`. */
export function readPublicKey(spki: Bytes): PublicKeyFacts {
  const reader = new DerReader(readSingle(spki, TAG.sequence).content);
  const algorithm = readAlgorithm(reader.next(TAG.sequence));
  const key = bitStringOctets(reader.next(TAG.bitString));
  reader.end();
  switch (algorithm.name) {
    case "rsaEncryption":
    case "rsassaPss":
    case "rsaesOaep": {
      const { modulus } = readRsaPublicKey(key);
      return { algorithm, curve: null, bits: modulus > 0n ? modulus.toString(2).length : 0, key };
    }
    case "id-ecPublicKey": {
      const named = algorithm.parametersDer?.[0] === TAG.oid ? oidOf(readSingle(algorithm.parametersDer, TAG.oid)) : null;
      const curve = named === null ? null : nameOfOid(named);
      return { algorithm, curve, bits: CURVE_BITS[curve ?? ""] ?? 0, key };
    }
    default:
      return { algorithm, curve: null, bits: FIXED_BITS[algorithm.name] ?? 0, key };
  }
}
