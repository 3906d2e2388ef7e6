import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/** One retrieval of something that is signed by itself, or of directory entries that are validated before use. */
export interface Retrieval {
  kind: "crl" | "ocsp" | "issuer" | "directory";
  /** `http:`, `https:`, or `ldap:` and `ldaps:` for who can do that. */
  url: string;
  /** A question that is posted; null for GET. */
  body: Bytes | null;
  /** Most octets of an answer. */
  size: number;
}

/**
 * Retrieves for whoever may use the network, and answers with the octets. It holds the rules of the network: time, redirects,
 * addresses. A directory that has nothing (404) answers with no octets. Throws `revocation.fetch`, `revocation.fetch-refused`, `revocation.fetch-time`, `revocation.fetch-address`, `limits.revocation`.
 */
export type Fetcher = (retrieval: Retrieval) => Promise<Bytes>;

/**
 * What an HTTP status other than 200 means. We send no name and no password, and whoever publishes lists asks for none: 401, 403
 * (RFC 9110 §15.5) and 407 come from something in between, a proxy or a portal.
 */
export function refusedStatus(status: number | undefined): SmimeError {
  return new SmimeError(status === 401 || status === 403 || status === 407 ? "revocation.fetch-refused" : "revocation.fetch");
}

/** What a retrieval may cost and where it may go. */
export interface RetrievalRules {
  /** Milliseconds for one retrieval, redirects included (`RevocationURLRetrievalTimeout`). */
  each: number;
  /** Milliseconds for all retrievals of one check (`CertURLRetrievalTimeout`); nought retrieves nothing. */
  all: number;
  /** Hosts that may be asked although they lie on this machine or in a private network (`RevocationHosts`). */
  allowedHosts: readonly string[];
}
