import { keep, readAll, take } from "./reading.ts";

/** A webmail that the user added. Managed ones are not kept here: policy brings them. */
export interface KeptWebmail {
  /** For example `https://mail.example.org`; the port belongs to it where it is not the usual one. */
  origin: string;
  /** ISO 8601. */
  addedAt: string;
}

export async function allWebmails(): Promise<KeptWebmail[]> {
  return readAll("webmails");
}

export async function putWebmail(webmail: KeptWebmail): Promise<void> {
  await keep("webmails", webmail.origin, webmail);
}

export async function removeWebmail(origin: string): Promise<void> {
  await take("webmails", origin);
}
