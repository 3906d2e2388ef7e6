import type { Certificate } from "../certificate.ts";
import type { Crl } from "./crl.ts";
import type { OcspResponse } from "./ocsp-response.ts";

/** What a check of revocation goes by. */
export interface RevocationRequest {
  /** A validated path, from the certificate in question to its trust anchor. */
  path: readonly Certificate[];
  /** Certificates among which signers of lists and answers are looked for, trusted for nothing. */
  certificates: readonly Certificate[];
  /** Lists in any order, of any age, related or not (RV-02). */
  crls: readonly Crl[];
  ocsp: readonly OcspResponse[];
  at: Date;
  /**
   * `every`: each certificate but the anchor needs an answer. `named`: those that name where their revocation is told;
   * of the others nothing is asked.
   */
  demand: "every" | "named";
  /** Most that an answer may be old, in ms; null if only its own nextUpdate counts. */
  maxAge?: number | null;
  /** Accepts SHA-1 under lists and answers, which is refused by default. */
  acceptOutdated?: boolean;
}
