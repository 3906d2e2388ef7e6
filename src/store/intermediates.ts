import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { keep, readAll, take } from "./reading.ts";
import { remembered } from "./remembered.ts";

/** An authority's certificate that the user imported and does not trust: it completes paths. Managed ones are not kept here: policy brings them. */
export interface KeptIntermediate {
  /** SHA-256 of the DER, lower-case hex. */
  sha256: string;
  certificate: Bytes;
  /** ISO 8601. */
  addedAt: string;
}

const all = remembered<readonly KeptIntermediate[]>(database, () => readAll("intermediates"));

export function allIntermediates(): Promise<readonly KeptIntermediate[]> {
  return all.get();
}

export async function putIntermediates(wanted: readonly KeptIntermediate[]): Promise<void> {
  for (const each of wanted) await keep("intermediates", each.sha256, each);
  all.written();
}

/** Removes one and answers it; undefined if there was none. */
export async function removeIntermediate(sha256: string): Promise<KeptIntermediate | undefined> {
  const removed = await take("intermediates", sha256);
  all.written();
  return removed;
}
