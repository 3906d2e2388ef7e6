import type { MessageRef } from "../../protocol/webmail.ts";
import { accountOf, readPage, type RoundcubePage } from "./detect.ts";

/** Names of S/MIME objects whose type is only `application/octet-stream` (RFC 8551 §3.2.1). */
const SUFFIX = /\.p7[mscz]$/i;

const TYPE = /^application\/(?:x-)?pkcs7-(?:mime|signature)$/;

/** The message that a document shows, or null. */
export function shownMessage(page: RoundcubePage): MessageRef | null {
  const { uid, mailbox } = page.env;
  return page.kind === "message" && uid && mailbox ? { account: page.account ?? "", folder: mailbox, id: uid } : null;
}

/** The message that a preview's address names, before anything of it has come; null where the address or the account says nothing yet. */
export function expectedMessage(document: Document): MessageRef | null {
  const query = new URLSearchParams(document.location.search);
  const [folder, id] = [query.get("_mbox"), query.get("_uid")];
  const account = accountOf(document, { username: null });
  return query.get("_action") === "preview" && folder && id && account !== null ? { account, folder, id } : null;
}

/** Address of the page that shows a message. */
export function messageUrl(folder: string, id: string): string {
  return `?${new URLSearchParams({ _task: "mail", _action: "show", _uid: id, _mbox: folder }).toString()}`;
}

/** The draft that Roundcube's own composer was opened with, if all that Roundcube sees of it is one encrypted object. */
export function openedDraft({ kind, env, account }: RoundcubePage): MessageRef | null {
  const { draftId, drafts, attachmentTypes } = env;
  if (kind !== "compose" || !draftId || !drafts) return null;
  return attachmentTypes.length === 1 && /^application\/(?:x-)?pkcs7-mime$/.test(attachmentTypes[0] as string) ? { account: account ?? "", folder: drafts, id: draftId } : null;
}

/** The message that the user sees from a document: its own, or that of the preview pane in it. */
export function currentMessage(document: Document): MessageRef | null {
  const own = readPage(document);
  const message = own && shownMessage(own);
  if (message) return message;
  const preview = document.querySelector<HTMLIFrameElement>("iframe#messagecontframe")?.contentDocument;
  const page = preview ? readPage(preview) : null;
  return page && shownMessage(page);
}

/**
 * Whether Roundcube shows a message that is ours to open: one of its attachments, as Roundcube lists them, is an S/MIME
 * object. Only a hint: the verdict comes from the bytes alone.
 */
export function hasSmime(document: Document, page: RoundcubePage): boolean {
  if (page.env.attachmentTypes.some((type) => TYPE.test(type))) return true;
  return Array.from(document.querySelectorAll("#attachment-list > li")).some((item) => {
    const classes = Array.from(item.classList);
    if (classes.some((name) => TYPE.test(`application/${name}`))) return true;
    const name = item.querySelector(".attachment-name")?.textContent ?? item.querySelector("a")?.textContent ?? "";
    return classes.includes("octet-stream") && SUFFIX.test(name.trim());
  });
}
