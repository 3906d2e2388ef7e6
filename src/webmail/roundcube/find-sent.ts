import type { Bytes } from "../../base/bytes.ts";
import type { SendResult, TransportEnvelope } from "../../protocol/webmail.ts";
import { findBySource } from "./find-by-source.ts";
import { remove, removeStored } from "./remove.ts";
import type { Session } from "./session.ts";

export interface SentContext {
  session: Session;
  account: string;
}

/**
 * Looks in Sent for the copy that Roundcube files once the SMTP server accepted. Found, the message was sent: what is left
 * of it in Drafts goes. Null if there is no copy, which proves nothing. Throws what the session throws.
 */
export async function findSent({ session, account }: SentContext, mime: Bytes, envelope: TransportEnvelope): Promise<SendResult | null> {
  const { sent } = await session.folders();
  const copy = sent === null ? null : await findBySource(session, sent, mime, envelope.recipients);
  if (sent === null || copy === null) return null;
  await quietly(removeStored(session, mime));
  return fileCopy({ session, account }, sent, copy, envelope);
}

/** The result for a message whose copy is in Sent. A Bcc copy names its recipient in Resent-Bcc: its work as evidence is done. */
export async function fileCopy({ session, account }: SentContext, sent: string, copy: string, { fileInSent }: TransportEnvelope): Promise<SendResult> {
  if (fileInSent) return { state: "sent", message: { account, folder: sent, id: copy } };
  await quietly(remove(session, sent, copy));
  return { state: "sent", message: null };
}

/** Tidying up decides nothing: what was sent stays sent. */
export async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
