import { type Bytes, latin1 } from "../base/bytes.ts";
import { sha256Now } from "../base/digest.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Certificate } from "./certificate.ts";
import { type CertificateIndex, indexOf } from "./path-candidates.ts";
import { type KeyCache, type SignatureVerdict, type SlowChecks, verifyWithKey } from "./verify-signature.ts";

/**
 * An organisation has some hundred authorities; a hostile message shall not push them all out at once, nor fill the memory.
 * A verdict's name is two digests, whatever the certificate; a key's name is the key, and 500 of RSA-4096 are 280 KiB.
 */
export const pathCacheLimits = { verdicts: { entries: 2000, octets: 2000 * 64 }, keys: { entries: 500, octets: 2 ** 19 } } as const;

/**
 * What one validation leaves for the next, so that many certificates under one issuer cost their own signatures alone.
 * It holds mathematics only: nothing in it depends on time, trust or revocation, so it never has to be emptied.
 */
export interface PathCache {
  /** Verdicts on the signatures of authorities, by the digests of key and certificate. */
  verdicts: BoundedMap<SignatureVerdict>;
  keys: KeyCache;
  /** Lists of certificates by subject; a list that was given once is taken to stay as it is. */
  indices: WeakMap<readonly Certificate[], CertificateIndex>;
}

export function newPathCache(): PathCache {
  return {
    verdicts: new BoundedMap(pathCacheLimits.verdicts, (name) => name.length),
    keys: new BoundedMap(pathCacheLimits.keys, (name) => name.length),
    indices: new WeakMap(),
  };
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
  // End entities are many and each is seen once: they would push the authorities out.
  const name = certificate.basicConstraints?.ca === true ? digestOf(issuer.spki) + digestOf(certificate.der) : null;
  const known = name === null ? undefined : cache.verdicts.get(name);
  if (known !== undefined) return { verdict: known, computed: false };
  const verdict = await verifyWithKey(issuer.spki, certificate.signatureAlgorithm, certificate.tbs, certificate.signature, { keys: cache.keys, budget });
  // What is unknown may be so for want of budget alone.
  if (name !== null && verdict !== "unknown") cache.verdicts.set(name, verdict);
  return { verdict, computed: true };
}

const digests = new WeakMap<Bytes, string>();

/** The SHA-256 of octets that stay as they are, a character an octet; computed once for each array. */
function digestOf(bytes: Bytes): string {
  const known = digests.get(bytes);
  if (known !== undefined) return known;
  const digest = latin1(sha256Now(bytes));
  digests.set(bytes, digest);
  return digest;
}
