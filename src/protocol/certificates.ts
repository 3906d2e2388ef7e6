import type { CertificateFacts } from "./frame-requests.ts";
import type { IdentityFacts } from "./identities.ts";

/** One line of the Certificates page: a certificate, since when and why it is here. */
export interface CertificateRow extends CertificateFacts {
  /** ISO 8601; null where nobody wrote it down. */
  addedAt: string | null;
  /** For one from signed mail, when the newest verified one was signed that preferred it, ISO 8601; null if that is not known. */
  signedAt: string | null;
}

export interface AuthorityRow extends CertificateRow {
  /** By whose decision it is trusted; `nobody` for one from a file that completes paths and is not trusted. */
  by: "user" | "organisation" | "shipped" | "nobody";
}

export interface DecisionRow extends CertificateRow {
  decision: "trusted" | "distrusted";
}

/** Everything that the Certificates page lists. */
export interface CertificateLists {
  people: CertificateRow[];
  mine: (IdentityFacts & { addedAt: string })[];
  authorities: AuthorityRow[];
  /** The user's own, on single certificates; authorities that the user trusts stand among the authorities. */
  decisions: DecisionRow[];
}

/** All that a person may need to know of one certificate. */
export interface CertificateDetails {
  facts: CertificateFacts;
  /** DER, in base64, to be exported. */
  der: string;
  version: number;
  signatureAlgorithm: string;
  /** Names of RFC 5280 §4.2.1.3; null if the certificate does not limit them. */
  keyUsage: string[] | null;
  /** Dotted, known ones by name; null if the certificate does not limit them. */
  extendedKeyUsage: string[] | null;
  authority: { pathLength: number | null } | null;
  subjectKeyIdentifier: string | null;
  policies: string[];
  /** `ok`, or why it is not to be relied on now. */
  code: string;
  /** RFC 4514 names from the certificate to the authority that is trusted; empty without a path. */
  chain: string[];
}

/** Somebody's certificate, or an authority, that may be trusted once its fingerprint was compared. */
export interface TrustOffer {
  certificate: CertificateFacts;
  /** DER, in base64. */
  der: string;
  kind: "authority" | "person";
  /** Whose certificate led here; null for a file. */
  leaf: CertificateFacts | null;
  /** What `leaf` would be worth then: `ok`, or what would still be against it. */
  code: string;
}
