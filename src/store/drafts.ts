import type { Bytes } from "../base/bytes.ts";
import { database } from "./database.ts";

/** A draft, sealed to its author: the store never sees text. */
export interface KeptDraft {
  /** Chosen by the composer, stable for one message. */
  id: string;
  origin: string;
  account: string;
  /** Ciphertext. */
  sealed: Bytes;
  /** ISO 8601. */
  savedAt: string;
}

export async function putDraft(draft: KeptDraft): Promise<void> {
  await (await database()).put("drafts", draft);
}

export async function draft(id: string): Promise<KeptDraft | undefined> {
  return (await database()).get("drafts", id);
}

/** Drafts of one account in one webmail, newest first. */
export async function draftsOf(origin: string, account: string): Promise<KeptDraft[]> {
  const all = await (await database()).getAll("drafts");
  return all
    .filter((each) => each.origin === origin && each.account === account)
    .sort((a, b) => b.savedAt.localeCompare(a.savedAt));
}

export async function removeDraft(id: string): Promise<void> {
  await (await database()).delete("drafts", id);
}
