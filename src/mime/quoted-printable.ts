import type { Bytes } from "../base/bytes.ts";

const LF = 10;
const CR = 13;
const EQUALS = 0x3d;
const DIGITS = "0123456789ABCDEF";

function hexValue(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const isBlank = (code: number | undefined): boolean => code === 32 || code === 9;

/** Decodes quoted-printable (RFC 2045 §6.7), leniently: an escape that stands for nothing is kept and reported. */
export function decodeQuotedPrintable(text: Uint8Array): { bytes: Bytes; clean: boolean } {
  const out = new Uint8Array(text.length);
  let to = 0;
  let clean = true;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf(LF, at);
    const next = found < 0 ? text.length : found + 1;
    let end = found < 0 ? next : found > at && text[found - 1] === CR ? found - 1 : found;
    const breakStart = end;
    // White space at a line's end was added on the way (rule 3).
    while (end > at && isBlank(text[end - 1])) end--;
    const soft = end > at && text[end - 1] === EQUALS;
    if (soft) end--;
    for (let i = at; i < end; i++) {
      const code = text[i] as number;
      const high = code === EQUALS ? hexValue(text[i + 1]) : -1;
      const low = high >= 0 && i + 2 < end ? hexValue(text[i + 2]) : -1;
      if (low >= 0) {
        out[to++] = high * 16 + low;
        i += 2;
      } else {
        if (code === EQUALS) clean = false;
        out[to++] = code;
      }
    }
    if (!soft) for (let i = breakStart; i < next; i++) out[to++] = text[i] as number;
    at = next;
  }
  return { bytes: out.slice(0, to), clean };
}

/** Columns of text before a soft break, so that with `=` a line has 76. */
const COLUMNS = 75;

/**
 * Encodes text with CRLF line ends as quoted-printable (RFC 2045 §6.7). No line of the result begins with `From `, `>From `
 * or a dot, and none ends in white space: mailboxes, webmails and mail servers change such lines on the way.
 */
export function encodeQuotedPrintable(bytes: Uint8Array): Bytes {
  // At worst every octet takes three characters, and every 75 columns a soft break of three more.
  const out = new Uint8Array(Math.ceil(bytes.length * 3 * (1 + 3 / (COLUMNS - 2))) + 8);
  let to = 0;
  let column = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] as number;
    if (code === CR && bytes[i + 1] === LF) {
      out[to++] = CR;
      out[to++] = LF;
      i++;
      column = 0;
      continue;
    }
    let width = literal(bytes, i) ? 1 : 3;
    if (column + width > COLUMNS) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
    }
    if (column === 0 && startsDangerously(bytes, i)) width = 3;
    if (width === 1) out[to++] = code;
    else {
      out[to++] = EQUALS;
      out[to++] = DIGITS.charCodeAt(code >> 4);
      out[to++] = DIGITS.charCodeAt(code & 15);
    }
    column += width;
  }
  return out.slice(0, to);
}

function literal(bytes: Uint8Array, at: number): boolean {
  const code = bytes[at] as number;
  if (isBlank(code)) return at + 1 < bytes.length && !(bytes[at + 1] === CR && bytes[at + 2] === LF);
  return code > 32 && code < 127 && code !== EQUALS;
}

const FROM = [0x46, 0x72, 0x6f, 0x6d, 0x20];

function startsDangerously(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === 0x2e) return true;
  const from = bytes[at] === 0x3e ? at + 1 : at;
  return FROM.every((code, i) => bytes[from + i] === code);
}
