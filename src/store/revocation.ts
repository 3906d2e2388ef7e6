import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { forms } from "./forms.ts";
import { keep, readAll, readOne } from "./reading.ts";

/** A revocation list or an OCSP answer that was fetched or imported; the signature in it is what speaks for it. */
export interface KeptRevocation {
  /** What it answers: `crl ADDRESS`, `ocsp CERT-ID`, or `file SHA-256` for one that somebody imported. */
  key: string;
  kind: "crl" | "ocsp";
  /** DER. */
  octets: Bytes;
  /** ISO 8601. */
  fetchedAt: string;
  /** Until when it counts, ISO 8601; null if it does not say. */
  nextUpdate: string | null;
  /** Where it came from; null for a file. */
  url: string | null;
}

export async function keptRevocation(key: string): Promise<KeptRevocation | undefined> {
  return readOne("revocation", key);
}

/** Lists that somebody imported; what was fetched is many and is read one by one. */
export async function importedRevocation(): Promise<KeptRevocation[]> {
  return readAll("revocation", IDBKeyRange.bound("file ", "file!"));
}

/** Forgets what stopped counting before a time, ISO 8601, and, where it does not say until when it counts, what was fetched before. */
export async function sweepRevocation(before: string): Promise<void> {
  const { store, done } = (await database()).transaction("revocation", "readwrite");
  for (let cursor = await store.openCursor(); cursor; cursor = await cursor.continue()) {
    if (forms.revocation(cursor.value) && (cursor.value.nextUpdate ?? cursor.value.fetchedAt) < before) await cursor.delete();
  }
  await done;
}

export async function putRevocation(kept: KeptRevocation): Promise<void> {
  await keep("revocation", kept.key, kept);
}

export async function removeRevocation(key: string): Promise<void> {
  await (await database()).delete("revocation", key);
}
