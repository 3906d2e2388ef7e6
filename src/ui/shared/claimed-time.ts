import type { Signer } from "../../protocol/message-status.ts";

/** Where the time that a signature claims lies; `unclaimed` where it names none. */
export type ClaimedTime = "before" | "after" | "unclaimed";

/**
 * Whether a signer claims to have signed before its certificate was revoked, or only after; null where no day of revocation is known.
 * It changes no verdict: the time is the signer's own word, and whoever has a stolen key writes any (CP-04, RV-03).
 */
export function claimedTime({ revocation, revocationDetail, signingTime }: Pick<Signer, "revocation" | "revocationDetail" | "signingTime">): ClaimedTime | null {
  const revokedAt = Date.parse(revocationDetail?.revokedAt ?? "");
  if (revocation !== "revoked" || Number.isNaN(revokedAt)) return null;
  if (signingTime === null) return "unclaimed";
  return Date.parse(signingTime) < revokedAt ? "before" : "after";
}
