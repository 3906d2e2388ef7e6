import { database } from "./database.ts";

/** A webmail that the user added. Managed ones are not kept here: policy brings them. */
export interface KeptWebmail {
  /** For example `https://mail.example.org`; the port belongs to it where it is not the usual one. */
  origin: string;
  /** ISO 8601. */
  addedAt: string;
}

export async function allWebmails(): Promise<KeptWebmail[]> {
  return (await database()).getAll("webmails");
}

export async function putWebmail(webmail: KeptWebmail): Promise<void> {
  await (await database()).put("webmails", webmail);
}

export async function removeWebmail(origin: string): Promise<void> {
  await (await database()).delete("webmails", origin);
}
