import type { DigestName } from "../protocol/key-port.ts";
import { database } from "./database.ts";
import { readAll, readOne } from "./reading.ts";

/** That a receipt was sent: nothing that tells for which message, or to whom. */
export interface SentReceipt {
  /** SHA-256 of the signature's attributes and certificate, lower-case hex. */
  digest: string;
  /** ISO 8601. */
  sentAt: string;
  /** The Send that sends it; absent in what an older version kept. */
  send?: string;
  /** The server said that it took it; absent while that is not known. */
  taken?: true;
}

/** What is needed to check a receipt that was asked for (RFC 2634 §2.2.2): digests, no text, and no name but one's own address within the identifier. */
export interface AskedReceipt {
  /** Lower-case hex, as in the request. */
  contentIdentifier: string;
  digestName: DigestName;
  /** Digest of the signed attributes, lower-case hex. */
  msgSigDigest: string;
  /** SHA-256 of the signature value, lower-case hex. */
  signatureDigest: string;
  /** When it was signed, ISO 8601. */
  sentAt: string;
}

export async function sentReceipt(digest: string): Promise<SentReceipt | undefined> {
  return readOne("receipts-sent", digest);
}

export async function allSentReceipts(): Promise<SentReceipt[]> {
  return readAll("receipts-sent");
}

/** Keeps that a receipt was sent, unless that is kept already; answers what is kept, so that of two at once one alone is its own. */
export async function claimSentReceipt(receipt: SentReceipt): Promise<SentReceipt> {
  const change = (await database()).transaction("receipts-sent", "readwrite");
  const known = await change.store.get(receipt.digest);
  if (!known) await change.store.put(receipt);
  await change.done;
  return known ?? receipt;
}

export async function putSentReceipt(receipt: SentReceipt): Promise<void> {
  await (await database()).put("receipts-sent", receipt);
}

export async function removeSentReceipt(digest: string): Promise<void> {
  await (await database()).delete("receipts-sent", digest);
}

export async function askedReceipt(contentIdentifier: string): Promise<AskedReceipt | undefined> {
  return readOne("receipts-asked", contentIdentifier);
}

export async function allAskedReceipts(): Promise<AskedReceipt[]> {
  return readAll("receipts-asked");
}

export async function putAskedReceipt(receipt: AskedReceipt): Promise<void> {
  await (await database()).put("receipts-asked", receipt);
}

export async function removeAskedReceipt(contentIdentifier: string): Promise<void> {
  await (await database()).delete("receipts-asked", contentIdentifier);
}
