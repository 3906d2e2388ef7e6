import type { InspectedMessage } from "../../protocol/message-content.ts";
import { codeOf } from "../../base/errors.ts";
import type { ComposerContext } from "./context.ts";
import { chosenIdentity } from "./model.ts";
import { addPeople } from "./people.ts";
import { forwardHtml, replyHtml, subjectOf, threadOf, unproved } from "./quote.ts";
import { parseRecipients } from "./recipients.ts";
import { replyRecipients } from "./reply-recipients.ts";

/** Fills an answer or a forward from the message it belongs to, opened in this frame's own worker. */
export async function takeOriginal(context: ComposerContext): Promise<void> {
  const { cell, content, engine, visibility, binding } = context;
  const mode = binding.mode;
  if (mode !== "reply" && mode !== "reply-all" && mode !== "forward") return;
  try {
    await visibility.whenVisible();
    const raw = await content.fetchRaw();
    let original: InspectedMessage | null = null;
    await engine.inspect(raw, (message) => (original = message));
    if (!original) return;
    // Opened for answering it, the message counts as little as a failure as one that was read.
    if ((original as InspectedMessage).status.summary.encrypted === "decrypted") await context.ask("keys.opened", null).catch(() => undefined);
    fill(context, original, mode);
  } catch (error) {
    cell.set({ notice: { about: "original-failed", code: codeOf(error) } });
  }
}

function fill(context: ComposerContext, original: InspectedMessage, mode: "reply" | "reply-all" | "forward"): void {
  const { cell } = context;
  const { status, content } = original;
  const { headers } = content;
  if (status.summary.encrypted === "failed") {
    // The outer header alone says too little to answer by (CO-04); the reader says why the message stays closed.
    return cell.set({ notice: { about: "original-failed", code: status.problems.includes("keys.locked") ? "keys.locked" : (status.problems[0] ?? "cms.decrypt-failed") } });
  }
  const encrypted = status.summary.encrypted === "decrypted";
  const own = cell.get().identities.map(({ address }) => address);
  const { to, cc } = mode === "forward" ? { to: [], cc: [] } : replyRecipients(headers, own, mode);
  const why = unproved(original, [...to, ...cc]);
  cell.set({
    // A Subject that came encrypted is text like the rest: it waits for the same answer.
    subject: subjectOf(why === null ? headers.subject : null, mode),
    fromPage: why !== null || status.summary.signed !== "verified",
    originalEncrypted: encrypted,
    hidden: original.hidden,
    // CO-05: the answer to an encrypted message is encrypted.
    ...(encrypted && { encrypt: true }),
    ...identityFor(context, original),
  });
  // A reply to a signed message is signed where the organisation wants it, never where there is no key.
  const { canSign, rules } = cell.get();
  const from = chosenIdentity(cell.get())?.address.toLowerCase();
  if (mode !== "forward" && rules.signReplies && status.summary.signed !== "none" && canSign.some((address) => address.toLowerCase() === from)) cell.set({ sign: true });
  if (mode !== "forward") {
    cell.set(threadOf(headers));
    addPeople(context, "to", to.map((person) => ({ ...person, valid: true })));
    addPeople(context, "cc", cc.map((person) => ({ ...person, valid: true })));
  }
  if (why === null) quote(context, original);
  else cell.set({ notice: { about: "quote-unproved", original, why } });
}

/** Quotes the original after all, or for the first time; a forward takes the files along. */
export function quote(context: ComposerContext, original: InspectedMessage): void {
  const { cell, text, words, html, newId } = context;
  const forward = context.binding.mode === "forward";
  text.current?.setHtml((forward ? forwardHtml : replyHtml)(original, words, html.clean));
  if (forward) {
    const files = original.content.attachments.map(({ name, type, bytes }) => ({
      id: newId(),
      name: name || "file",
      type,
      size: bytes.length,
      read: bytes.length,
      bytes,
      contentId: null,
      fromOriginal: true,
    }));
    cell.set({ files: [...cell.get().files, ...files] });
  }
  const { subject } = cell.get();
  // The author may have written one meanwhile.
  if (subject.trim() === "" || subject === subjectOf(null, context.binding.mode as "reply")) {
    cell.set({ subject: subjectOf(original.content.headers.subject, context.binding.mode as "reply") });
  }
  cell.set({ notice: null });
}

/** Answers from the address that the message was sent to, where the author has several. */
function identityFor({ cell }: ComposerContext, { content }: InspectedMessage): { identity?: string } {
  const addressed = new Set([...content.headers.to, ...content.headers.cc].map(({ address }) => address.toLowerCase()));
  const found = cell.get().identities.find(({ address }) => addressed.has(address.toLowerCase()));
  return found ? { identity: found.id } : {};
}

/** Takes over what was typed into the webmail's own composer or a link asked for, says that the server may have its text, and empties that one. */
export async function takeNativeDraft(context: ComposerContext): Promise<void> {
  const { cell, content, text } = context;
  if (context.binding.mode !== "new") return;
  const native = await content.nativeDraft().catch(() => null);
  if (!native || Object.values(native).every((value) => value.trim() === "")) return;
  for (const field of ["to", "cc", "bcc"] as const) addPeople(context, field, parseRecipients(native[field]));
  const hasText = native.subject.trim() !== "" || native.text.trim() !== "";
  cell.set({ subject: native.subject, fromPage: true, pageWrote: true, ...(hasText && { notice: { about: "native-text" } }) });
  const escaped = native.text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\r?\n/g, "<br>");
  text.current?.setHtml(`<div>${escaped}</div>`);
  await content.discardNativeDraft().catch(() => false);
}
