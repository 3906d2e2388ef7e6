import { type Bytes, latin1, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { asciiLower } from "./ascii.ts";
import { type ContentField, readContentField, withoutComments } from "./content-fields.ts";
import { DelimiterSearch, type SearchWork } from "./delimiter-search.ts";
import { type Disposition, type MimeEntity, field, fields, note } from "./entity.ts";
import { decodeHeaderText } from "./header-text.ts";
import { lineEnd, nextLine, readHeaderSection } from "./header-section.ts";
import { type MimeLimits, mimeLimits } from "./limits.ts";

export interface ParseOptions {
  /** For tests; `mimeLimits` otherwise. */
  limits?: Partial<MimeLimits>;
}

interface Work extends SearchWork {
  limits: MimeLimits;
  parts: number;
}

/**
 * Reads a whole message (RFC 5322, RFC 2045) with CRLF or LF, skipping a leading mbox `From ` line.
 * What is wrong inside is noted in the entities' `problems`. Throws `mime.not-mail` if not one header field begins the
 * input, `limits.message-size`, `limits.header-size`.
 */
export function parseMessage(bytes: Bytes, options: ParseOptions = {}): MimeEntity {
  const head = latin1(bytes.subarray(0, 8));
  // Editors put a UTF-8 byte order mark before what they save.
  const mark = head.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  const root = parseFrom(bytes, head.startsWith("From ", mark) ? nextLine(bytes, mark, bytes.length) : mark, options);
  if (root.headers.length === 0) throw new SmimeError("mime.not-mail");
  return root;
}

/**
 * Reads a MIME entity that came out of a cryptographic layer: it may have no header at all and skips nothing, so that its
 * range is the input. Throws `limits.message-size`, `limits.header-size`.
 */
export function parseEntity(bytes: Bytes, options: ParseOptions = {}): MimeEntity {
  return parseFrom(bytes, 0, options);
}

function parseFrom(bytes: Bytes, start: number, options: ParseOptions): MimeEntity {
  const limits = { ...mimeLimits, ...options.limits };
  if (bytes.length > limits.messageSize) throw new SmimeError("limits.message-size");
  return readEntity(bytes, start, bytes.length, "text/plain", 1, { limits, parts: 1, steps: 0 });
}

function readEntity(source: Bytes, start: number, end: number, defaultType: string, depth: number, work: Work): MimeEntity {
  const { headers, headerEnd, bodyStart, malformed } = readHeaderSection(source, start, end, work.limits);
  const entity: MimeEntity = {
    source, start, headerEnd, bodyStart, end, headers,
    type: defaultType, parameters: new Map(), encoding: "7bit", disposition: null, contentId: null, children: [], problems: [],
  };
  if (malformed && headers.length > 0) note(entity, "mime.header-malformed");
  readContentFields(entity);
  if (entity.type.startsWith("multipart/")) readParts(entity, depth, work);
  return entity;
}

function readContentFields(entity: MimeEntity): void {
  for (const name of ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"]) {
    if (fields(entity, name).length > 1) note(entity, "mime.field-repeated");
  }
  const type = field(entity, "Content-Type");
  if (type) readType(entity, readContentField(type.value));
  const encoding = field(entity, "Content-Transfer-Encoding");
  if (encoding) entity.encoding = readEncoding(encoding.value);
  const disposition = field(entity, "Content-Disposition");
  if (disposition) entity.disposition = readDisposition(readContentField(disposition.value));
  const contentId = field(entity, "Content-ID");
  if (contentId) entity.contentId = /<([^<>]*)>/.exec(contentId.value)?.[1]?.trim() || contentId.value || null;
}

/** Some programs write `7-bit`, `8bits`, `quoted printable` or `base64;`. */
function readEncoding(value: string): string {
  const name = asciiLower(withoutComments(value).split(";", 1)[0] as string).trim();
  if (/^[78]-?bits?$/.test(name)) return `${name.charAt(0)}bit`;
  return name === "quoted printable" ? "quoted-printable" : name || "7bit";
}

function readType(entity: MimeEntity, { value, parameters }: ContentField): void {
  entity.parameters = parameters;
  // A type that cannot be read means plain text (RFC 2045 §5.2); `text` alone is an old way to say the same.
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z/-]+$/.test(value)) entity.type = value;
  else {
    entity.type = "text/plain";
    if (value !== "text") note(entity, "mime.content-type-malformed");
  }
}

function readDisposition({ value, parameters }: ContentField): Disposition {
  const filename = parameters.get("filename");
  return { type: value, filename: filename === undefined ? null : decodeHeaderText(filename) };
}

/** Finds the parts of a multipart (RFC 2046 §5.1.1). An enclosing multipart was divided before, so its boundary goes first. */
function readParts(entity: MimeEntity, depth: number, work: Work): void {
  const given = entity.parameters.get("boundary") ?? "";
  const boundary = given.slice(0, work.limits.boundary).replace(/[ \t]+$/, "");
  if (boundary === "" || given.length > work.limits.boundary) return note(entity, "mime.multipart-no-boundary");
  if (depth >= work.limits.depth) return note(entity, "limits.mime-depth");
  const { source, bodyStart, end } = entity;
  const dashed = utf8(`--${boundary}`);
  const childType = entity.type === "multipart/digest" ? "message/rfc822" : "text/plain";
  let partStart = -1;
  const search = new DelimiterSearch(dashed, work, work.limits.searchSteps);
  for (let at = search.next(source, bodyStart, end); at !== end; ) {
    if (at === null) return note(entity, "limits.mime-parts");
    const next = nextLine(source, at, end);
    const delimiter = delimiterEnding(source, at + dashed.length, lineEnd(source, at, next));
    if (delimiter !== "none") {
      if (partStart >= 0 && !addPart(entity, partStart, beforeBreak(source, partStart, at), childType, depth, work)) return;
      if (delimiter === "close") return;
      partStart = next;
    }
    at = search.next(source, next, end);
  }
  note(entity, "mime.boundary-missing");
  // The line break at the very end belongs to a boundary that was lost.
  if (partStart >= 0 && partStart < end) addPart(entity, partStart, beforeBreak(source, partStart, end), childType, depth, work);
}

function addPart(entity: MimeEntity, start: number, end: number, type: string, depth: number, work: Work): boolean {
  if (work.parts >= work.limits.parts) {
    note(entity, "limits.mime-parts");
    return false;
  }
  work.parts++;
  entity.children.push(readEntity(entity.source, start, end, type, depth + 1, work));
  return true;
}

function beforeBreak(source: Uint8Array, start: number, at: number): number {
  if (at <= start || source[at - 1] !== 10) return at;
  return at - 1 > start && source[at - 2] === 13 ? at - 2 : at - 1;
}

/**
 * Tells what a line is that begins with dashes and the whole boundary, by the rest of it: perhaps two dashes, then nothing but
 * white space. RFC 2046 would let any text follow; then one boundary that begins with another would be taken for it.
 */
function delimiterEnding(source: Uint8Array, rest: number, end: number): "none" | "open" | "close" {
  const closes = end - rest >= 2 && source[rest] === 0x2d && source[rest + 1] === 0x2d;
  let at = closes ? rest + 2 : rest;
  while (at < end && (source[at] === 32 || source[at] === 9)) at++;
  return at < end ? "none" : closes ? "close" : "open";
}
