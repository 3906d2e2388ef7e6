import { type Bytes, randomBytes, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { MessageRef } from "../protocol/webmail.ts";
import { database } from "./database.ts";
import { localKeys } from "./local-keys.ts";
import { keep, readAll, readOne } from "./reading.ts";
import { salvage } from "./salvage.ts";

/** What is known of a draft without opening it. */
export interface DraftName {
  /** Chosen by the composer, stable for one message. */
  id: string;
  origin: string;
  account: string;
  /** Its copy in the server's Drafts; null if there is none. */
  server: MessageRef | null;
  /** ISO 8601. */
  savedAt: string;
}

/** A draft as it lies on the disk: AES-256-GCM under this computer's key, never text. */
export interface KeptDraft extends DraftName {
  iv: Bytes;
  sealed: Bytes;
}

/** Bound to its name, so that no other draft can be put in its place. */
const nameOf = ({ id, origin, account }: DraftName): Bytes => utf8(JSON.stringify([id, origin, account]));

/** Seals a draft and keeps it in place of an older state of it. */
export async function putDraft(name: DraftName, content: Bytes): Promise<void> {
  const { seal } = await localKeys();
  // 96 random bits: a key seals far fewer than 2^32 drafts (NIST SP 800-38D §8.3).
  const iv = randomBytes(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: nameOf(name) }, seal, content));
  await keep("drafts", name.id, { ...name, iv, sealed });
}

/** What a kept draft says. Throws `store.not-found` if it is gone or was not sealed with this computer's key. */
export async function openKeptDraft(id: string): Promise<Bytes> {
  const kept = await readOne("drafts", id);
  if (!kept) throw new SmimeError("store.not-found");
  const { seal } = await localKeys();
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv, additionalData: nameOf(kept) }, seal, kept.sealed));
  } catch (cause) {
    throw new SmimeError("store.not-found", { cause });
  }
}

export async function draftName(id: string): Promise<DraftName | null> {
  const kept = await readOne("drafts", id);
  return kept ? named(kept) : null;
}

/** Drafts of one account in one webmail, newest first. */
export async function draftsOf(origin: string, account: string): Promise<DraftName[]> {
  const all = await readAll("drafts");
  return all
    .filter((each) => each.origin === origin && each.account === account)
    .map(named)
    .sort((a, b) => b.savedAt.localeCompare(a.savedAt));
}

/** Every draft that can be read, sealed as it is: for a person to save. */
export async function sealedDrafts(): Promise<KeptDraft[]> {
  return (await salvage("drafts", 0, Infinity)).records as KeptDraft[];
}

/**
 * Puts a draft back that was saved sealed, if it was sealed by this computer and none of its name is here; answers whether it was.
 * Nobody else can have made it: the seal is authenticated.
 */
export async function restoreDraft(draft: KeptDraft): Promise<boolean> {
  if (await readOne("drafts", draft.id)) return false;
  const { seal } = await localKeys();
  try {
    await crypto.subtle.decrypt({ name: "AES-GCM", iv: draft.iv, additionalData: nameOf(draft) }, seal, draft.sealed);
  } catch {
    return false;
  }
  await keep("drafts", draft.id, draft);
  return true;
}

export async function removeDraft(id: string): Promise<void> {
  await (await database()).delete("drafts", id);
}

function named({ id, origin, account, server, savedAt }: KeptDraft): DraftName {
  return { id, origin, account, server, savedAt };
}
