import type { Bytes } from "../base/bytes.ts";
import { DerReader, TAG, type Tlv } from "./der-reader.ts";
import { oidOf } from "./der-values.ts";
import { nameOfOid } from "./oids.ts";

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export interface Algorithm {
  oid: string;
  /** OpenSSL's name, or the dotted identifier. */
  name: string;
  /** The parameters as they came, DER; null if absent, which is not the same as NULL. */
  parametersDer: Bytes | null;
  der: Bytes;
}

/** Reads an AlgorithmIdentifier from its element. Throws `pki.malformed`. */
export function readAlgorithm(tlv: Tlv): Algorithm {
  const reader = new DerReader(tlv.content, "ber");
  const oid = oidOf(reader.next(TAG.oid));
  const parametersDer = reader.peek() === null ? null : reader.next().raw;
  reader.end();
  return { oid, name: nameOfOid(oid), parametersDer, der: tlv.raw };
}

/** Reads a DER AlgorithmIdentifier. Throws `pki.malformed`. */
export function parseAlgorithm(der: Bytes): Algorithm {
  const reader = new DerReader(der, "ber");
  const algorithm = readAlgorithm(reader.next(TAG.sequence));
  reader.end();
  return algorithm;
}

/** Tells whether parameters are absent or NULL, where a standard takes both for the same. */
export function hasNoParameters(algorithm: Algorithm): boolean {
  return algorithm.parametersDer === null || (algorithm.parametersDer.length === 2 && algorithm.parametersDer[0] === TAG.null);
}
