import { hex, randomBytes, utf8 } from "../base/bytes.ts";
import { type Piece, base64Piece } from "../base/pieces.ts";
import type { Draft, DraftAttachment } from "../protocol/draft.ts";
import { asciiLower } from "./ascii.ts";
import { safeFileName } from "./attachment-name.ts";
import { headerLine } from "./header-text.ts";
import { type HiddenFields, addLegacyDisplayHtml, addLegacyDisplayText } from "./legacy-display.ts";
import { encodeQuotedPrintable } from "./quoted-printable.ts";

/** An entity that is being written; its octets are joined once, at the end, since attachments are large. */
export interface WrittenEntity {
  /** Media type with its parameters, to which the payload's root adds `hp`. */
  type: string;
  /** Other Content-* fields, ended by CRLF. */
  fields: string;
  body: Piece[];
}

/** Writes an entity's fields and body; `more` stands before its own fields. */
export function entityChunks(entity: WrittenEntity, more = "", parameter = ""): Piece[] {
  const head = `${more}${headerLine("Content-Type", entity.type + parameter)}${entity.fields}\r\n`;
  return [utf8(head), ...entity.body];
}

/** A boundary that cannot stand in base64 or quoted-printable (`=_`), nor be guessed by who is quoted. */
export function newBoundary(): string {
  return `=_${hex(randomBytes(16))}`;
}

/** Joins parts to a multipart that ends at its closing boundary, without a line break behind it. */
export function multipart(type: string, parts: readonly Piece[][]): WrittenEntity {
  const boundary = newBoundary();
  const body = parts.flatMap((part, i) => [utf8(`${i === 0 ? "" : "\r\n"}--${boundary}\r\n`), ...part]);
  body.push(utf8(`\r\n--${boundary}--`));
  return { type: `${type}; boundary="${boundary}"`, fields: "", body };
}

/**
 * Writes text, HTML and attachments of a draft: text alone, or multipart/alternative; multipart/related around HTML with
 * pictures; multipart/mixed with attachments. `hidden` becomes Legacy Display Elements of the main body parts alone (HS-06).
 */
export function writeBody(draft: Draft, hidden: HiddenFields): WrittenEntity {
  const pictures = draft.html === undefined ? [] : draft.attachments.filter((each) => each.contentId !== null);
  const others = draft.attachments.filter((each) => !pictures.includes(each));
  const main = writeMain(draft, pictures, hidden);
  if (others.length === 0) return main;
  return multipart("multipart/mixed", [entityChunks(main), ...others.map((each) => entityChunks(writeAttachment(each, false)))]);
}

function writeMain(draft: Draft, pictures: DraftAttachment[], hidden: HiddenFields): WrittenEntity {
  const legacy = hidden.length > 0 ? '; hp-legacy-display="1"' : "";
  const text = writeText("text/plain", addLegacyDisplayText(withCrlf(draft.text), hidden), legacy);
  if (draft.html === undefined) return text;
  const html = writeText("text/html", addLegacyDisplayHtml(withCrlf(wholeDocument(draft.html)), hidden), legacy);
  const shown =
    pictures.length === 0
      ? html
      : multipart('multipart/related; type="text/html"', [entityChunks(html), ...pictures.map((each) => entityChunks(writeAttachment(each, true)))]);
  return multipart("multipart/alternative", [entityChunks(text), entityChunks(shown)]);
}

/** Line breaks of any kind become CRLF (RFC 8551 §3.1.1). */
function withCrlf(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

/** Readers ask for complete documents (RFC 8551 §6), so that nothing is taken for the beginning of another. */
function wholeDocument(html: string): string {
  if (/<(?:html|body)[\s>]/i.test(html)) return html;
  return `<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n${html}\n</body></html>`;
}

function writeText(type: string, text: string, parameter: string): WrittenEntity {
  const octets = utf8(text);
  let foreign = 0;
  for (const code of octets) if (code > 126) foreign++;
  // Quoted-printable stays readable without MIME; for text that is mostly not Latin base64 is much shorter.
  const dense = foreign * 5 > octets.length;
  return {
    type: `${type}; charset="utf-8"${parameter}`,
    fields: `Content-Transfer-Encoding: ${dense ? "base64" : "quoted-printable"}\r\n`,
    body: [dense ? base64Piece(octets) : encodeQuotedPrintable(octets)],
  };
}

function writeAttachment(attachment: DraftAttachment, inline: boolean): WrittenEntity {
  const name = safeFileName(attachment.name);
  const contentId = (attachment.contentId ?? "").replace(/[^!-;=?-~]/g, "");
  return {
    type: attachmentType(attachment.type) + nameParameter("name", name),
    fields:
      "Content-Transfer-Encoding: base64\r\n" +
      headerLine("Content-Disposition", (inline ? "inline" : "attachment") + nameParameter("filename", name)) +
      (inline ? headerLine("Content-ID", `<${contentId}>`) : ""),
    body: [base64Piece(attachment.bytes)],
  };
}

/** Composite types may not be base64-encoded (RFC 2045 §6.4), so such a file travels as octets. */
function attachmentType(type: string): string {
  const clean = asciiLower(type.trim());
  const usable = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(clean);
  return usable && !/^(multipart|message)\//.test(clean) ? clean : "application/octet-stream";
}

/** Octets of one RFC 2231 section, which keeps its line below 76 columns even when every octet is escaped. */
const SECTION_OCTETS = 18;

/** `; name="value"`, or its form in UTF-8 and sections where ASCII or one line does not do (RFC 2231 §3, §4). */
function nameParameter(parameter: string, value: string): string {
  if (value === "") return "";
  if (/^[ -~]{1,60}$/.test(value) && !/["\\]/.test(value)) return `; ${parameter}="${value}"`;
  const octets = utf8(value);
  const sections: string[] = [];
  for (let i = 0; i < octets.length; i += SECTION_OCTETS) sections.push(percentEncoded(octets.subarray(i, i + SECTION_OCTETS)));
  if (sections.length === 1) return `; ${parameter}*=utf-8''${sections[0] as string}`;
  return sections.map((text, i) => `; ${parameter}*${i}*=${i === 0 ? "utf-8''" : ""}${text}`).join("");
}

function percentEncoded(octets: Uint8Array): string {
  let out = "";
  for (const code of octets) {
    const character = String.fromCharCode(code);
    out += /[0-9A-Za-z.!#$&+^_`{}~-]/.test(character) ? character : `%${hex(Uint8Array.of(code)).toUpperCase()}`;
  }
  return out;
}
