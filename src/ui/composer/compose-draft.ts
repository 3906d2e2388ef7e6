import type { AddressEntry } from "../../protocol/message-content.ts";
import type { Draft } from "../../protocol/draft.ts";
import type { ComposerContext, HtmlTools } from "./context.ts";
import { chosenIdentity } from "./model.ts";

/** The message as it would be sent now, for sealing it; with another `toHtml` for keeping it as a draft. */
export function composeDraft({ cell, text, html, newId, now }: ComposerContext, toHtml: HtmlTools["toSend"] = html.toSend): Draft {
  const model = cell.get();
  const identity = chosenIdentity(model);
  const from = { name: identity?.name ?? null, address: identity?.address ?? model.account };
  const written = text.current?.html() ?? null;
  const sent = written === null ? null : toHtml(written);
  const files = model.files.filter((file) => file.bytes !== null);
  const plain = (people: AddressEntry[]): AddressEntry[] => people.map(({ name, address }) => ({ name, address }));
  return {
    from,
    to: plain(model.to),
    cc: plain(model.cc),
    bcc: plain(model.bcc),
    subject: model.subject,
    text: text.current?.text() ?? "",
    ...(sent && { html: sent.html }),
    attachments: files.flatMap(({ name, type, bytes, contentId }) =>
      // A picture that was taken out of the text again is not sent.
      bytes === null || (contentId !== null && !sent?.contentIds.has(contentId)) ? [] : [{ name, type, bytes, contentId }],
    ),
    inReplyTo: model.inReplyTo,
    references: model.references,
    messageId: messageId(newId(), from.address),
    date: now().toISOString(),
    ...(model.hidden && { hidden: model.hidden }),
  };
}

/** A Message-ID in the author's domain, without angle brackets (RFC 5322 §3.6.4). */
export function messageId(unique: string, address: string): string {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return `${unique}@${/^[a-z0-9.-]+$/.test(domain) ? domain : "mailseal.invalid"}`;
}

/** Whether there is anything that closing could lose. */
export function hasContent({ cell, text }: ComposerContext): boolean {
  const { to, cc, bcc, subject, files } = cell.get();
  return to.length + cc.length + bcc.length + files.length > 0 || subject.trim() !== "" || (text.current?.text().trim() ?? "") !== "";
}
