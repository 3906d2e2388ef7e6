import { type Bytes, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { HeaderField } from "./entity.ts";
import type { MimeLimits } from "./limits.ts";

const LF = 10;
const CR = 13;
const COLON = 0x3a;

// A byte order mark within a field is content and stays.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface HeaderSection {
  headers: HeaderField[];
  /** Behind the last field. */
  headerEnd: number;
  /** Behind the empty line, or behind the last field if a line that is no field ended the header. */
  bodyStart: number;
  malformed: boolean;
}

/** Index behind the next line break, or `end`. */
export function nextLine(source: Uint8Array, at: number, end: number): number {
  const found = source.indexOf(LF, at);
  return found < 0 || found >= end ? end : found + 1;
}

/** Index of a line's break (LF or CRLF), given the index behind it. */
export function lineEnd(source: Uint8Array, start: number, next: number): number {
  if (next === start || source[next - 1] !== LF) return next;
  return next - 1 > start && source[next - 2] === CR ? next - 2 : next - 1;
}

/** Decodes header octets: UTF-8 (RFC 6532) where it is valid, else one character for each octet. */
export function headerText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

/** Length of a field name at the line's start, or 0: printable ASCII, then a colon (RFC 5322 §2.2; §4.5 allows blanks before it). */
function fieldNameLength(source: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (source[at] as number) > 32 && (source[at] as number) < 127 && source[at] !== COLON) at++;
  const length = at - start;
  while (at < end && (source[at] === 32 || source[at] === 9)) at++;
  return source[at] === COLON && at < end ? length : 0;
}

/**
 * Reads a header section that begins at `start`. A line that is neither field nor continuation ends the header and begins
 * the body: nothing is hidden that way, and mail servers do the same. Throws `limits.header-size`.
 */
export function readHeaderSection(source: Bytes, start: number, end: number, limits: MimeLimits): HeaderSection {
  const headers: HeaderField[] = [];
  let at = start;
  while (at < end) {
    let next = nextLine(source, at, end);
    if (lineEnd(source, at, next) === at) return { headers, headerEnd: at, bodyStart: next, malformed: false };
    const nameLength = fieldNameLength(source, at, next);
    if (nameLength === 0) return { headers, headerEnd: at, bodyStart: at, malformed: true };
    while (next < end && (source[next] === 32 || source[next] === 9)) next = nextLine(source, next, end);
    if (next - start > limits.headerSize || headers.length >= limits.headerFields) throw new SmimeError("limits.header-size");
    headers.push(readField(source, at, next, nameLength));
    at = next;
  }
  return { headers, headerEnd: at, bodyStart: at, malformed: false };
}

function readField(source: Bytes, start: number, next: number, nameLength: number): HeaderField {
  const colon = source.indexOf(COLON, start + nameLength);
  const folded = headerText(source.subarray(colon + 1, lineEnd(source, start, next)));
  return {
    name: latin1(source.subarray(start, start + nameLength)),
    raw: source.subarray(start, next),
    value: folded.replace(/\r?\n/g, "").replace(/^[ \t\r]+/, "").replace(/(?<![ \t\r])[ \t\r]+$/, ""),
  };
}
