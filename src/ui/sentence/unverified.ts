import type { Code } from "../../base/codes/index.ts";

/** Why a signature does not verify, as coarse as a sentence tells it; the exact code stands in the details. */
export type UnverifiedReason =
  | "changed"
  | "broken"
  | "untrusted"
  | "certificate"
  | "expired"
  | "not_yet_valid"
  | "not_for_mail"
  | "no_address"
  | "revoked"
  | "not_checkable"
  | "certificate_missing"
  | "unknown_method"
  | "several_senders"
  | "no_sender"
  | "other";

const reasons: Partial<Record<Code, UnverifiedReason>> = {
  "cms.digest-mismatch": "changed",
  "cms.signature-mismatch": "broken",
  "cms.attributes-invalid": "broken",
  "cms.content-confusion": "broken",
  "cms.no-signer": "broken",
  "cms.malformed": "broken",
  "cms.signer-certificate-mismatch": "broken",
  "cms.signer-certificate-missing": "certificate_missing",
  "cms.algorithm-unknown": "unknown_method",
  "pki.untrusted": "untrusted",
  "pki.distrusted": "untrusted",
  "pki.distrusted-after": "untrusted",
  "pki.authority-domains": "untrusted",
  "pki.domain-authorities": "untrusted",
  "pki.expired": "expired",
  "pki.not-yet-valid": "not_yet_valid",
  "pki.extended-key-usage": "not_for_mail",
  "pki.key-usage": "not_for_mail",
  "pki.no-address": "no_address",
  "pki.malformed": "certificate",
  "pki.signature": "certificate",
  "pki.not-a-ca": "certificate",
  "pki.path-length": "certificate",
  "pki.critical-extension": "certificate",
  "pki.name-constraints": "certificate",
  "pki.algorithm": "certificate",
  "pki.weak-key": "certificate",
  "limits.path": "certificate",
  "revocation.revoked": "revoked",
  "revocation.unavailable": "not_checkable",
  "smime.from-several": "several_senders",
  "smime.from-missing": "no_sender",
};

/** The reason that a sentence gives for a signer's code. */
export function unverifiedReason(code: Code): UnverifiedReason {
  return reasons[code] ?? "other";
}
