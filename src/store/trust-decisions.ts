import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
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

const all = remembered<readonly TrustDecision[]>(database, (connection) => connection.getAll("trust-decisions"));

export function allTrustDecisions(): Promise<readonly TrustDecision[]> {
  return all.get();
}

export async function putTrustDecision(decision: TrustDecision): Promise<void> {
  await (await database()).put("trust-decisions", decision);
  all.written();
}

/** Removes one and answers it; undefined if there was none. */
export async function removeTrustDecision(sha256: string): Promise<TrustDecision | undefined> {
  const transaction = (await database()).transaction("trust-decisions", "readwrite");
  const removed = await transaction.store.get(sha256);
  await transaction.store.delete(sha256);
  await transaction.done;
  all.written();
  return removed;
}
