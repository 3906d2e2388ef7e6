import { type Bytes, concat, randomBytes, utf8 } from "../base/bytes.ts";
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

/**
 * What a draft says, for whom it can be opened: `author`, a message that is encrypted to its author's certificates and opens with
 * his key alone; `computer`, octets that this computer's key seals, which lies in the profile and opens them for whoever has both.
 */
export type DraftContent = { for: "author"; mime: Bytes } | { for: "computer"; octets: Bytes };

/**
 * A draft as it lies on the disk, never text. Sealed by this computer: AES-256-GCM. Encrypted to its author, which anybody can do
 * who has the certificate: HMAC-SHA-256 of this computer's key over it, by which it is known again when a file brings it back.
 */
export type KeptDraft = DraftName & ({ iv: Bytes; sealed: Bytes } | { mime: Bytes; mark: Bytes });

/** Bound to its name, so that no other draft can be put in its place. */
const nameOf = ({ id, origin, account }: DraftName): Bytes => utf8(JSON.stringify([id, origin, account]));

/** What the mark covers; the purpose keeps it apart from what else the key marks (src/smime/draft-mark.ts). */
const marked = (name: DraftName, mime: Bytes): Bytes => concat(utf8("mailseal kept draft 1\n"), nameOf(name), utf8("\n"), mime);

/** Keeps a draft in place of an older state of it, sealed by this computer unless it is encrypted already. */
export async function putDraft(name: DraftName, content: DraftContent): Promise<void> {
  const { mac, seal } = await localKeys();
  if (content.for === "author") {
    const mark = new Uint8Array(await crypto.subtle.sign("HMAC", mac, marked(name, content.mime)));
    return keep("drafts", name.id, { ...name, mime: content.mime, mark });
  }
  // 96 random bits: a key seals far fewer than 2^32 drafts (NIST SP 800-38D §8.3).
  const iv = randomBytes(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: nameOf(name) }, seal, content.octets));
  await keep("drafts", name.id, { ...name, iv, sealed });
}

/** What a kept draft says. Throws `store.not-found` if it is gone or was not sealed with this computer's key. */
export async function openKeptDraft(id: string): Promise<DraftContent> {
  const kept = await readOne("drafts", id);
  if (!kept) throw new SmimeError("store.not-found");
  if ("mime" in kept) return { for: "author", mime: kept.mime };
  const { seal } = await localKeys();
  try {
    const octets = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv, additionalData: nameOf(kept) }, seal, kept.sealed));
    return { for: "computer", octets };
  } catch (cause) {
    throw new SmimeError("store.not-found", { cause });
  }
}

/** The drafts of one account in one webmail that are encrypted to their author, as messages. */
export async function draftsToAuthor(origin: string, account: string): Promise<Bytes[]> {
  const all = await readAll("drafts");
  return all.flatMap((kept) => ("mime" in kept && kept.origin === origin && kept.account === account ? [kept.mime] : []));
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

/** Every draft that can be read, sealed or encrypted as it is: for a person to save. */
export async function sealedDrafts(): Promise<KeptDraft[]> {
  return (await salvage("drafts", 0, Infinity)).records as KeptDraft[];
}

/**
 * Puts a draft back that was saved, if this computer kept it and none of its name is here; answers whether it was. Nobody else can
 * have made it: seal and mark are this computer's. Without the mark a file could bring a stranger's message for the author's key.
 */
export async function restoreDraft(draft: KeptDraft): Promise<boolean> {
  if (await readOne("drafts", draft.id)) return false;
  if (!(await isOurs(draft))) return false;
  // Neither seal nor mark covers which message on the server was its copy, and that one is removed with the draft.
  await keep("drafts", draft.id, { ...draft, server: null });
  return true;
}

async function isOurs(draft: KeptDraft): Promise<boolean> {
  const { mac, seal } = await localKeys();
  if ("mime" in draft) return crypto.subtle.verify("HMAC", mac, draft.mark, marked(draft, draft.mime));
  try {
    await crypto.subtle.decrypt({ name: "AES-GCM", iv: draft.iv, additionalData: nameOf(draft) }, seal, draft.sealed);
    return true;
  } catch {
    return false;
  }
}

export async function removeDraft(id: string): Promise<void> {
  await (await database()).delete("drafts", id);
}

function named({ id, origin, account, server, savedAt }: KeptDraft): DraftName {
  return { id, origin, account, server, savedAt };
}
