import { TAG, type Tlv } from "../der-reader.ts";
import { namedBits } from "../der-values.ts";

/** CRLReason (RFC 5280 §5.3.1) by its number; 7 is not used. */
const REASONS = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  null,
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
] as const;

export type RevocationReason = Exclude<(typeof REASONS)[number], null>;

/** Names a reason by its number; one that does not exist is `unspecified`, because the certificate is revoked all the same. */
export function reasonOf(number: number): RevocationReason {
  return REASONS[number] ?? "unspecified";
}

/** A set of ReasonFlags (RFC 5280 §4.2.1.13), one bit each, as the reasons mask of §6.3.2 has them. */
export type ReasonMask = number;

/** Bits 1 to 8; bit 0 is not used. */
export const ALL_REASONS: ReasonMask = 0x1fe;

/** Reads ReasonFlags under whatever implicit tag. Throws `pki.malformed`. */
export function readReasonFlags(tlv: Tlv): ReasonMask {
  let mask = 0;
  for (const bit of namedBits({ ...tlv, tag: TAG.bitString })) if (bit > 0 && bit < 9) mask |= 1 << bit;
  return mask;
}
