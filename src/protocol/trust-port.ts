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
  /** Others that came along, DER, in any order, trusted for nothing. */
  others: Bytes[];
  purpose: Purpose;
}

export interface TrustAnswer {
  /** `ok`, or the reason of the best failing path. */
  code: Code;
  /** RFC 4514 subjects from the certificate to the anchor; empty without a path. */
  chain: string[];
  revocation: "good" | "revoked" | "unreachable" | "not-asked";
}

export interface FindRequest {
  /** Issuer name, DER, and serial number, lower-case hex; or null. */
  issuerAndSerial: { issuer: Bytes; serial: string } | null;
  keyIdentifier: Bytes | null;
}
