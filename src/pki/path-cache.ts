import { latin1 } from "../base/bytes.ts";
import type { Certificate } from "./certificate.ts";
import { type CertificateIndex, indexOf } from "./path-candidates.ts";
import { type KeyCache, type SignatureVerdict, type SlowChecks, verifyWithKey } from "./verify-signature.ts";

/** An organisation has some hundred authorities; a hostile message shall not push them all out at once. */
export const pathCacheLimits = { verdicts: 2000, keys: 500 } as const;

/**
 * What one validation leaves for the next, so that many certificates under one issuer cost their own signatures alone.
 * It holds mathematics only: nothing in it depends on time, trust or revocation, so it never has to be emptied.
 */
export interface PathCache {
  /** Verdicts on the signatures of authorities, by the octets of certificate and key. */
  verdicts: Map<string, SignatureVerdict>;
  keys: KeyCache;
  /** Lists of certificates by subject; a list that was given once is taken to stay as it is. */
  indices: WeakMap<readonly Certificate[], CertificateIndex>;
}

export function newPathCache(): PathCache {
  return { verdicts: new Map(), keys: new Map(), indices: new WeakMap() };
}

/** The index of a list, made once. */
export function cachedIndex(cache: PathCache, list: readonly Certificate[]): CertificateIndex {
  const known = cache.indices.get(list);
  if (known) return known;
  const made = indexOf(list);
  cache.indices.set(list, made);
  return made;
}

/**
 * Checks a certificate's signature with an issuer's key; `computed` is false if the answer was known.
 * @param budget slow checks that the whole validation may make; a signature that it does not suffice for is `unknown`
 */
export async function checkSignature(
  cache: PathCache,
  certificate: Certificate,
  issuer: Certificate,
  budget: SlowChecks,
): Promise<{ verdict: SignatureVerdict; computed: boolean }> {
  const key = `${latin1(issuer.spki)}|${latin1(certificate.der)}`;
  const known = cache.verdicts.get(key);
  if (known !== undefined) return { verdict: known, computed: false };
  const verdict = await verifyWithKey(issuer.spki, certificate.signatureAlgorithm, certificate.tbs, certificate.signature, { keys: cache.keys, budget });
  // End entities are many and each is seen once: they would push the authorities out. What is unknown may be so for want of budget alone.
  if (verdict !== "unknown" && certificate.basicConstraints?.ca === true) remember(cache.verdicts, key, verdict, pathCacheLimits.verdicts);
  trim(cache.keys, pathCacheLimits.keys);
  return { verdict, computed: true };
}

function remember<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.set(key, value);
  trim(map, limit);
}

/** Forgets the oldest. */
function trim<V>(map: Map<string, V>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
