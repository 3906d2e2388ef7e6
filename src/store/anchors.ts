import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { keep, readAll, take } from "./reading.ts";
import { remembered } from "./remembered.ts";

/** An authority that the user trusts after comparing its fingerprint. Managed ones are not kept here: policy brings them. */
export interface KeptAnchor {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
  certificate: Bytes;
  /** ISO 8601. */
  addedAt: string;
}

const all = remembered<readonly KeptAnchor[]>(database, () => readAll("anchors"));

export function allAnchors(): Promise<readonly KeptAnchor[]> {
  return all.get();
}

export async function putAnchor(anchor: KeptAnchor): Promise<void> {
  await keep("anchors", anchor.sha256, anchor);
  all.written();
}

/** Removes one and answers it; undefined if there was none. */
export async function removeAnchor(sha256: string): Promise<KeptAnchor | undefined> {
  const removed = await take("anchors", sha256);
  all.written();
  return removed;
}
