import { type Algorithm, readAlgorithm } from "./algorithm.ts";
import { DerReader, TAG, contextTag, readSingle } from "./der-reader.ts";
import { countOf } from "./der-values.ts";

/** RSASSA-PSS-params (RFC 4055 §3.1), digests by OpenSSL's names. */
export interface PssParameters {
  digest: string;
  maskDigest: string;
  saltLength: number;
}

/** Reads the parameters of an id-RSASSA-PSS algorithm; null if they are absent or not understood. */
export function readPssParameters(algorithm: Algorithm): PssParameters | null {
  if (algorithm.parametersDer === null) return null;
  try {
    const reader = new DerReader(readSingle(algorithm.parametersDer, TAG.sequence).content);
    const hash = reader.enterOptional(contextTag(0));
    const mask = reader.enterOptional(contextTag(1));
    const salt = reader.enterOptional(contextTag(2));
    const trailer = reader.enterOptional(contextTag(3));
    reader.end();
    const maskAlgorithm = mask === null ? null : readAlgorithm(mask.next(TAG.sequence));
    if (maskAlgorithm !== null && (maskAlgorithm.name !== "mgf1" || maskAlgorithm.parametersDer === null)) return null;
    if (trailer !== null && countOf(trailer.next(TAG.integer)) !== 1) return null;
    return {
      digest: hash === null ? "sha1" : readAlgorithm(hash.next(TAG.sequence)).name,
      maskDigest: maskAlgorithm?.parametersDer ? readAlgorithm(readSingle(maskAlgorithm.parametersDer, TAG.sequence)).name : "sha1",
      saltLength: salt === null ? 20 : countOf(salt.next(TAG.integer)),
    };
  } catch {
    return null;
  }
}
