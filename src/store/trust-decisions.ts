import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { keep, passedOverNames, readAll, take } from "./reading.ts";
import { remembered } from "./remembered.ts";

/** A decision of the user on one certificate by itself: trusted without its authority, or never to be trusted. */
export interface TrustDecision {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
  certificate: Bytes;
  decision: "trusted" | "distrusted";
  /** ISO 8601. */
  decidedAt: string;
}

const all = remembered<readonly TrustDecision[]>(database, () => readAll("trust-decisions"));

export function allTrustDecisions(): Promise<readonly TrustDecision[]> {
  return all.get();
}

/** Fingerprints of certificates on which something was decided that cannot be read: as nobody knows what, they are not trusted. */
export async function unreadableDecisions(): Promise<string[]> {
  await all.get();
  return passedOverNames("trust-decisions");
}

export async function putTrustDecision(decision: TrustDecision): Promise<void> {
  await keep("trust-decisions", decision.sha256, decision);
  all.written();
}

/** Removes one and answers it; undefined if there was none. */
export async function removeTrustDecision(sha256: string): Promise<TrustDecision | undefined> {
  const removed = await take("trust-decisions", sha256);
  all.written();
  return removed;
}
