import { type Bytes, fromLatin1 } from "./bytes.ts";

/** How far a fast decoder came: `read` characters, which stand for `written` octets. What follows is for the careful one. */
export interface Decoded {
  read: number;
  written: number;
}

const CODES = fromLatin1("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const CR = 13;
const LF = 10;
const NONE = 0x8000;

/** Twelve bits for two characters, the first one in the lower octet; `NONE` if one of them is not of the alphabet. */
const PAIRS = new Uint16Array(65_536).fill(NONE);
CODES.forEach((first, high) => CODES.forEach((second, low) => (PAIRS[first | (second << 8)] = (high << 6) | low)));

/** The shape of text whose lines are alike, as programs write it: characters in a line, and with its CRLF or LF. */
export interface Lines {
  width: number;
  stride: number;
}

/** The shape of the first line; null if it is not one of whole groups with others behind it. */
export function linesOf(text: Uint8Array): Lines | null {
  const end = text.indexOf(LF);
  const width = end > 0 && text[end - 1] === CR ? end - 1 : end;
  return width > 0 && width % 4 === 0 ? { width, stride: end + 1 } : null;
}

/**
 * Decodes base64 text from its beginning for as long as its lines are whole, of the same length, and of nothing but the
 * alphabet. Stops before the last one, so that padding and what may follow it are not its matter.
 */
export function decodeRegular(out: Bytes, text: Uint8Array): Decoded {
  const lines = linesOf(text);
  const done: Decoded = { read: 0, written: 0 };
  if (lines === null) return done;
  const { width, stride } = lines;
  const input = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const output = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const octets = (width / 4) * 3;
  let at = 0;
  // Three octets are written as four: the fourth is the next group's.
  while (done.read + stride <= text.length && at + octets < out.length) {
    let i = done.read;
    let seen = 0;
    for (const end = i + width; i < end; i += 4, at += 3) {
      const first = PAIRS[input.getUint16(i, true)] as number;
      const second = PAIRS[input.getUint16(i + 2, true)] as number;
      seen |= first | second;
      output.setUint32(at, (first << 20) | (second << 8));
    }
    if (seen >= NONE || !breaksAt(text, i, stride - width)) break;
    done.read += stride;
    done.written = at;
  }
  return done;
}

/** Tells whether a line break of that many octets stands there. */
export function breaksAt(text: Uint8Array, at: number, octets: number): boolean {
  return octets === 1 ? text[at] === LF : text[at] === CR && text[at + 1] === LF;
}
