import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";
import { readAll, readOne } from "./reading.ts";

/** Certificates that were fetched from where a certificate says its issuer's are (authority information access); trusted for nothing. */
export interface KeptIssuers {
  url: string;
  /** DER. */
  certificates: Bytes[];
  /** ISO 8601. */
  fetchedAt: string;
}

export async function keptIssuers(url: string): Promise<KeptIssuers | undefined> {
  return readOne("issuers", url);
}

export async function allIssuers(): Promise<KeptIssuers[]> {
  return readAll("issuers");
}

export async function putIssuers(kept: KeptIssuers): Promise<void> {
  await (await database()).put("issuers", kept);
}

export async function removeIssuers(url: string): Promise<void> {
  await (await database()).delete("issuers", url);
}
