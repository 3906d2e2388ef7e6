import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";

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
  return (await database()).get("revocation", key);
}

export async function allRevocation(): Promise<KeptRevocation[]> {
  return (await database()).getAll("revocation");
}

export async function putRevocation(kept: KeptRevocation): Promise<void> {
  await (await database()).put("revocation", kept);
}

export async function removeRevocation(key: string): Promise<void> {
  await (await database()).delete("revocation", key);
}
