import type { Code } from "../../base/codes/index.ts";
import type { Certificate } from "../certificate.ts";
import type { RevocationReason } from "./reasons.ts";

/** Three answers, and none asked for: "not known" is never "good" (architecture, rule 5). */
export type RevocationState = "good" | "revoked" | "unreachable" | "not-asked";

/** What is known of one certificate's revocation, with where it comes from. */
export interface RevocationAnswer {
  state: RevocationState;
  /** `ok`, `revocation.revoked`, or why an asked certificate has no answer. */
  code: Code;
  source: "crl" | "ocsp" | null;
  revokedAt: Date | null;
  /** `unspecified` where its authority gave none; null if it is not revoked. */
  reason: RevocationReason | null;
  /** Since when the key is suspected to have been misused (RFC 5280 §5.3.2). */
  invalidityDate: Date | null;
  /** When the answer was made, and until when it counts. */
  thisUpdate: Date | null;
  nextUpdate: Date | null;
}

/** The answer for one certificate of a path. */
export interface CertificateRevocation extends RevocationAnswer {
  certificate: Certificate;
}

const NOTHING = { source: null, revokedAt: null, reason: null, invalidityDate: null, thisUpdate: null, nextUpdate: null } as const;

/** Nobody asked. */
export const NOT_ASKED: RevocationAnswer = { state: "not-asked", code: "ok", ...NOTHING };

/** Asked, and could not be checked. */
export function unreachable(code: Code): RevocationAnswer {
  return { state: "unreachable", code, ...NOTHING };
}

/** Why there is no answer, from the nearest to one to the furthest: of several reasons the nearest is told. */
const NEAREST_FIRST: Code[] = [
  "limits.revocation",
  "revocation.reasons",
  "revocation.unknown",
  "revocation.outdated",
  "revocation.signer-unchecked",
  "revocation.critical-extension",
  "revocation.algorithm",
  "revocation.signer",
  "revocation.refused",
  "revocation.malformed",
  "revocation.fetch-address",
  "revocation.fetch-time",
  "revocation.fetch-refused",
  "revocation.fetch",
  "revocation.no-way",
  "revocation.no-answer",
];

/** Of two reasons the one that is nearer to an answer. */
export function nearer(a: Code, b: Code): Code {
  return NEAREST_FIRST.indexOf(b) < NEAREST_FIRST.indexOf(a) ? b : a;
}
