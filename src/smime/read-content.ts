import { type Bytes, copy } from "../base/bytes.ts";
import { parseAddressList, sameAddress } from "../mime/addresses.ts";
import { type AttachmentPart, selectBody } from "../mime/body.ts";
import { parseDate } from "../mime/date.ts";
import { decodeBody } from "../mime/decode.ts";
import type { HeaderField, MimeEntity } from "../mime/entity.ts";
import type { HeaderProtection } from "../mime/header-protection.ts";
import { decodeHeaderText } from "../mime/header-text.ts";
import { htmlToText } from "../mime/html-to-text.ts";
import { smimeKind } from "../mime/smime-part.ts";
import type { AddressEntry, Attachment, FieldProtection, MessageBody, MessageContent, ShownHeaders } from "../protocol/message-content.ts";
import type { MessageStatus } from "../protocol/message-status.ts";

/**
 * Makes what the reader shows of a message or part: header fields with what protects them, one body, attachments.
 * The verdict decides which From is shown and how much the fields' protection is worth; it is not changed here.
 * `decoded` keeps what was decoded for the next time that the same message is asked for, with another verdict.
 */
export function readContent(headers: HeaderProtection, status: MessageStatus, decoded: DecodedFiles): MessageContent {
  // HP-05: Legacy Display Elements are only taken out inside encryption.
  const { text, html, attachments } = selectBody(headers.body, { stripLegacyDisplay: status.summary.encrypted === "decrypted" });
  const body: MessageBody = {};
  // UI-08, docs/decisions/0009: what anybody may have changed within the ciphertext is text and nothing else.
  const inert = status.problems.includes("smime.no-integrity");
  if (text !== undefined) body.text = text;
  if (html !== undefined && !inert) body.html = html;
  if (html !== undefined && inert) body.text ??= htmlToText(html);
  return { headers: showHeaders(headers, status), body, attachments: attachments.map((part) => readAttachment(part, decoded)), parts: [] };
}

function showHeaders(headers: HeaderProtection, status: MessageStatus): ShownHeaders {
  const find = (name: string) => headers.headers.find((field) => field.name.toLowerCase() === name)?.value;
  const addresses = (name: string) => headers.headers.filter((field) => field.name.toLowerCase() === name).flatMap(mailboxes);
  const text = (name: string) => {
    const value = find(name);
    return value === undefined ? null : decodeHeaderText(value);
  };
  const [from] = addresses("from");
  const protectedSet = headers.mode !== "none";
  // FR-02: a protected From that nobody proved gives way to the one that the webmail's server could check.
  const outer = protectedSet && headers.fromMismatch && status.summary.signed !== "verified" && headers.outerFrom !== null;
  const verified = status.summary.signed === "verified";
  return {
    from: outer ? headers.outerFrom : (from?.address ?? null),
    fromName: outer || !from || nameIsAddress(from) ? null : from.name,
    to: addresses("to"),
    cc: addresses("cc"),
    replyTo: addresses("reply-to"),
    subject: text("subject"),
    date: parseDate(find("date") ?? ""),
    messageId: messageIds(find("message-id"))[0] ?? null,
    inReplyTo: messageIds(find("in-reply-to")),
    references: messageIds(find("references")),
    outerFrom: headers.outerFrom,
    insideFrom: outer ? (from?.address ?? null) : null,
    protected: protectedSet,
    fields: Object.fromEntries(Object.entries(headers.fields).map(([name, state]) => [name, worth(state, verified)])),
  };
}

/** What a field's protection is worth: an unverified signature protects nothing (RFC 9788 §4.3.1). */
function worth(state: FieldProtection, verified: boolean): FieldProtection {
  if (verified) return state;
  return state === "both" || state === "encrypted" ? "encrypted" : "unprotected";
}

/** A display name that reads like an address other than the one beside it would be taken for the sender (Johnny, ID class I2). */
export function nameIsAddress({ name, address }: AddressEntry): boolean {
  // It begins only where a word does: otherwise a long word without an @ would take time with the square of its length.
  const claimed = /(?<![^\s<>"(),;:@])[^\s<>"(),;:@]+@[^\s<>"(),;:@]+/.exec(name ?? "")?.[0];
  return claimed !== undefined && !sameAddress(claimed, address);
}

function mailboxes(field: HeaderField): AddressEntry[] {
  return parseAddressList(field.value).map(({ name, address }) => ({ name, address }));
}

function messageIds(value: string | undefined): string[] {
  return [...(value ?? "").matchAll(/<([^<>\s]{1,990})>/g)].map((match) => match[1] as string).slice(0, 200);
}

/** Attachments' octets, by the part that they came in. */
export type DecodedFiles = Map<MimeEntity, Bytes>;

/** Octets from which on decoding takes longer than finding out whether it will be needed. */
const LARGE = 65_536;

/** Decodes what is surely a file, ahead of its being asked for. */
export function decodeLargeFiles(entity: MimeEntity, decoded: DecodedFiles): void {
  for (const child of entity.children) decodeLargeFiles(child, decoded);
  const isFile = entity.children.length === 0 && entity.encoding === "base64" && !entity.type.startsWith("text/") && smimeKind(entity) === null;
  if (isFile && !decoded.has(entity) && entity.end - entity.bodyStart > LARGE) decoded.set(entity, decodeFile(entity));
}

function decodeFile(entity: MimeEntity): Bytes {
  const body = decodeBody(entity);
  // Octets of their own: what is a range of the message would take the whole message along.
  return body.buffer === entity.source.buffer ? copy(body) : body;
}

function readAttachment({ name, type, contentId, inline, entity }: AttachmentPart, decoded: DecodedFiles): Attachment {
  const bytes = decoded.get(entity) ?? decodeFile(entity);
  decoded.set(entity, bytes);
  return { name, type, size: bytes.length, contentId, inline, bytes };
}
