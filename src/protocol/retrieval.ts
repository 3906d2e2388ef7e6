import type { Bytes } from "../base/bytes.ts";

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
 * addresses. A directory that has nothing (404) answers with no octets. Throws `revocation.fetch`, `revocation.fetch-time`, `revocation.fetch-address`, `limits.revocation`.
 */
export type Fetcher = (retrieval: Retrieval) => Promise<Bytes>;

/** What a retrieval may cost and where it may go. */
export interface RetrievalRules {
  /** Milliseconds for one retrieval, redirects included (`RevocationURLRetrievalTimeout`). */
  each: number;
  /** Milliseconds for all retrievals of one check (`CertURLRetrievalTimeout`); nought retrieves nothing. */
  all: number;
  /** Hosts that may be asked although they lie on this machine or in a private network (`RevocationHosts`). */
  allowedHosts: readonly string[];
}
