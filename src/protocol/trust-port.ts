import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";

/**
 * Answers questions about certificates: path, revocation and what the address book binds.
 * The background implements it with its anchors and caches, the command line with its options.
 */
export interface TrustPort {
  /** Validates one certificate for one purpose. Never throws for a bad certificate: the answer's `code` says it. */
  validate(request: TrustRequest): Promise<TrustAnswer>;
  /** Finds certificates whose holder is named by issuer and serial or by key identifier, for messages that carry none. */
  find(request: FindRequest): Promise<Bytes[]>;
}

export type Purpose = "sign" | "encrypt";

export interface TrustRequest {
  /** The certificate in question, DER. */
  certificate: Bytes;
  /** Others that came along, DER, in any order, trusted for nothing. Within `certificateLimits`. */
  others: Bytes[];
  purpose: Purpose;
  /**
   * Whose certificate it is to be, From or recipient: an authority may be trusted for some mail domains alone. That the
   * certificate names the address is the asker's matter. Null if no address is to be proved; then all that it names count.
   */
  address: string | null;
  /** What the sender enclosed about revocation; null or absent if nothing. Whoever does not ask about revocation passes over it. */
  revocation?: RevocationEvidence | null;
}

/**
 * Lists and OCSP answers that came with a signature, as they came: evidence, trusted for nothing. Their own signatures and dates
 * say what they are worth, and a sender may enclose older ones than there are (RV-02). Within `evidenceLimits`.
 */
export interface RevocationEvidence {
  /** CertificateLists (RFC 5280 §5). */
  crls: Bytes[];
  /** OCSPResponses (RFC 6960 §4.2.1). */
  ocsp: Bytes[];
}

/**
 * How much of it is handed on: every request crosses contexts. A path has three or four certificates, an answer some KiB and a
 * list of a usual authority some hundred.
 */
export const evidenceLimits = {
  /** Lists and answers together. */
  count: 16,
  /** Octets of all together. */
  octets: 2 ** 20,
} as const;

/** How many certificates are handed on beside one, and how long each may be: every request crosses contexts. */
export const certificateLimits = { count: 64, octets: 65536 } as const;

export interface TrustAnswer {
  /** `ok`, or the reason of the best failing path. */
  code: Code;
  /** RFC 4514 subjects from the certificate to the anchor; empty without a path. */
  chain: string[];
  /** SHA-256 of the anchor at the path's end, lower-case hex: names alone do not tell two of one name apart. Absent without a path. */
  anchor?: string;
  revocation: "good" | "revoked" | "unreachable" | "not-asked";
  /** Of the certificate that decides `revocation`; absent if nobody was asked. */
  revocationDetail?: RevocationDetail;
  /** An authority's certificate is missing, and this host has it by what the sender's certificate says; it is asked only if the user wants it. */
  issuer?: { host: string };
}

/** What is known of one certificate's revocation. Times are ISO 8601, and null where they do not apply or are not told. */
export interface RevocationDetail {
  /** `ok`, `revocation.revoked`, or why it could not be checked. */
  code: Code;
  source: "crl" | "ocsp" | null;
  revokedAt: string | null;
  /** CRLReason by its name in RFC 5280 §5.3.1; null if not revoked. */
  reason: string | null;
  invalidityDate: string | null;
  /** When the list or answer was made, and until when it counts. */
  thisUpdate: string | null;
  nextUpdate: string | null;
  /** Places that were asked for this verdict, and what came of it: `ok`, or why nothing did. Absent if nobody was asked now. */
  asked?: AskedPlace[];
}

/** A place on the network, without what was asked there. */
export interface AskedPlace {
  /** For example `http`. */
  protocol: string;
  /** With a port that is not the usual one. */
  host: string;
  code: Code;
}

/** What is known of a certificate's revocation, for a person to read. */
export interface RevocationFacts {
  state: TrustAnswer["revocation"];
  /** Null if nobody was asked. */
  detail: RevocationDetail | null;
}

export interface FindRequest {
  /** Issuer name, DER, and serial number, lower-case hex; or null. */
  issuerAndSerial: { issuer: Bytes; serial: string } | null;
  keyIdentifier: Bytes | null;
  /** Whom the message says it is from: directories find people by their addresses, and none by a serial number. */
  addresses?: string[] | null;
}
