import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { remembered } from "./remembered.ts";

/** An authority that the user trusts after comparing its fingerprint. Managed ones are not kept here: policy brings them. */
export interface KeptAnchor {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
  certificate: Bytes;
  /** ISO 8601. */
  addedAt: string;
}

const all = remembered<readonly KeptAnchor[]>(database, (connection) => connection.getAll("anchors"));

export function allAnchors(): Promise<readonly KeptAnchor[]> {
  return all.get();
}

export async function putAnchor(anchor: KeptAnchor): Promise<void> {
  await (await database()).put("anchors", anchor);
  all.written();
}

/** Removes one and answers it; undefined if there was none. */
export async function removeAnchor(sha256: string): Promise<KeptAnchor | undefined> {
  const transaction = (await database()).transaction("anchors", "readwrite");
  const removed = await transaction.store.get(sha256);
  await transaction.store.delete(sha256);
  await transaction.done;
  all.written();
  return removed;
}
