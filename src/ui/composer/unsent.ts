import type { UnsentDraft } from "../../protocol/draft.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import { composeDraft } from "./compose-draft.ts";
import type { ComposerContext } from "./context.ts";
import type { DraftFile } from "./model.ts";
import { setPeople } from "./people.ts";
import { addressKey, isAddress, type Recipient } from "./recipients.ts";

/** What is being written, with what was chosen for it. */
export function unsentOf(context: ComposerContext): UnsentDraft {
  const { sign, encrypt, receipt, originalEncrypted, unproved, pageWrote, files } = context.cell.get();
  const draft = composeDraft(context, context.html.toKeep);
  const original = new Set(files.filter(({ fromOriginal }) => fromOriginal).map(({ bytes }) => bytes));
  return { draft, sign, encrypt, receipt, originalEncrypted, unproved, pageWrote, forwarded: draft.attachments.flatMap(({ bytes }, index) => (original.has(bytes) ? [index] : [])) };
}

/** Puts a draft into the composer, in place of what is there. */
export function fillFrom(context: ComposerContext, { draft, sign, encrypt, receipt, originalEncrypted, unproved, pageWrote, forwarded }: UnsentDraft): void {
  const { cell, text, html, newId } = context;
  const { forced, identities, identity } = cell.get();
  const pictures = new Map<string, string>();
  const files: DraftFile[] = draft.attachments.map(({ name, type, bytes, contentId }, index) => {
    if (contentId !== null) pictures.set(contentId, html.pictureUrl(bytes, type));
    return { id: newId(), name, type, size: bytes.length, read: bytes.length, bytes, contentId, fromOriginal: forwarded.includes(index) };
  });
  cell.set({
    subject: draft.subject,
    inReplyTo: draft.inReplyTo,
    references: draft.references,
    originalEncrypted,
    hidden: draft.hidden ?? null,
    unproved,
    // It came back through the page, which may have chosen which of several drafts, or had a say in it when it was written.
    fromPage: true,
    pageWrote: pageWrote === true,
    notice: unproved ? { about: "draft-unproved" } : null,
    sign: sign || forced.sign,
    encrypt: encrypt || forced.encrypt,
    receipt: receipt === true,
    identity: identities.find(({ address }) => addressKey(address) === addressKey(draft.from.address))?.id ?? identity,
    files,
  });
  const people = (list: AddressEntry[]): Recipient[] => list.map(({ name, address }) => ({ name, address, valid: isAddress(address) }));
  for (const field of ["to", "cc", "bcc"] as const) setPeople(context, field, people(draft[field]));
  if (draft.html !== undefined) return text.current?.setHtml(html.toEdit(draft.html, pictures));
  text.current?.setHtml(draft.text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\r?\n/g, "<br>"));
  // The editor takes the text over as soon as it is drawn as a plain field.
  cell.set({ plain: true });
}
