import type { AddressEntry, InspectedMessage, ShownHeaders } from "../../protocol/message-content.ts";
import { attribute } from "../mail-html/srcdoc.ts";
import { addressKey } from "./recipients.ts";

/** Words around a quote, in the person's language; an argument so that building one is a pure function. */
export interface QuoteWords {
  /** "On 3 May, Alice wrote:" */
  intro: (headers: ShownHeaders) => string;
  forwarded: string;
  /** Pairs of label and value that head a forwarded message. */
  fields: (headers: ShownHeaders) => [string, string][];
}

/**
 * Why what was encrypted may not be quoted without asking, or null. A valid signature inside it must belong to the From that
 * is shown: somebody may have taken another's ciphertext and put his own name on it, and the reply would read it to him.
 * And each recipient must be that author or stand in a field that the signature covers (CO-04): Reply-To and Cc outside of
 * it can be written on the same ciphertext by anybody.
 */
export function unproved({ status, content }: InspectedMessage, recipients: readonly AddressEntry[]): "sender" | "recipients" | null {
  const { encrypted, signed, author } = status.summary;
  if (encrypted !== "decrypted") return null;
  if (signed !== "verified" || author === null) return "sender";
  const meant = content.headers.protected || recipients.every(({ address }) => addressKey(address) === addressKey(author));
  return meant ? null : "recipients";
}

/** The original's text as harmless HTML; `clean` is the editor's sanitiser. */
export function originalHtml({ content }: InspectedMessage, clean: (html: string) => string): string {
  const { html, text } = content.body;
  if (html !== undefined) return clean(html);
  return attribute(text ?? "").replace(/\r?\n/g, "<br>");
}

/** An empty line to write in, then the quote; `data-quote` marks what goes when the author takes the quote away. */
export function replyHtml(message: InspectedMessage, words: QuoteWords, clean: (html: string) => string): string {
  const intro = attribute(words.intro(message.content.headers));
  return `<div><br></div><div data-quote="1">${intro}</div><blockquote data-quote="1">${originalHtml(message, clean)}</blockquote>`;
}

/** The same for a forwarded message: its fields, then its text, not indented. */
export function forwardHtml(message: InspectedMessage, words: QuoteWords, clean: (html: string) => string): string {
  const fields = words.fields(message.content.headers).map(([label, value]) => `<b>${attribute(label)}</b> ${attribute(value)}<br>`);
  return `<div><br></div><div data-quote="1">${attribute(words.forwarded)}<br>${fields.join("")}</div><div data-quote="1"><br>${originalHtml(message, clean)}</div>`;
}

/** The subject of a reply or forward: one prefix, whatever the original had (RFC 5322 §3.6.5). */
export function subjectOf(subject: string | null, mode: "reply" | "reply-all" | "forward"): string {
  const prefix = mode === "forward" ? "Fwd: " : "Re: ";
  const bare = (subject ?? "").trim();
  const had = mode === "forward" ? /^(fwd?|wg):/i : /^(re|aw|sv|antw):/i;
  return had.test(bare) ? bare : prefix + bare;
}

/** In-Reply-To and References of an answer (RFC 5322 §3.6.4), at most twenty. */
export function threadOf(headers: ShownHeaders): { inReplyTo: string | null; references: string[] } {
  if (headers.messageId === null) return { inReplyTo: null, references: [] };
  const before = headers.references.length > 0 ? headers.references : headers.inReplyTo.slice(0, 1);
  const all = [...before.filter((id) => id !== headers.messageId), headers.messageId];
  // The first names the thread and the last ones its end; what is between may go.
  return { inReplyTo: headers.messageId, references: all.length > 20 ? [all[0] as string, ...all.slice(-19)] : all };
}
