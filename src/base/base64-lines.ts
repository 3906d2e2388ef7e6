import { type Bytes, fromLatin1 } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const CODES = fromLatin1(ALPHABET);
const PAD = 0x3d;
const CR = 13;
const LF = 10;

/** Two characters for twelve bits, in the order of this machine's octets, so that they are written with one store. */
const PAIRS = new Uint16Array(Uint8Array.from({ length: 8192 }, (_, i) => CODES[(i & 1) === 0 ? i >> 7 : (i >> 1) & 63] as number).buffer);
const CRLF = new Uint16Array(Uint8Array.of(CR, LF).buffer)[0] as number;

/** What a character stands for in each place of a group of four, shifted there; negative if it is none of the alphabet. */
const [FIRST, SECOND, THIRD, FOURTH] = [18, 12, 6, 0].map((shift) => {
  const values = new Int32Array(256).fill(-1);
  for (let i = 0; i < 64; i++) values[CODES[i] as number] = i << shift;
  return values;
}) as [Int32Array, Int32Array, Int32Array, Int32Array];

/**
 * Encodes octets as base64 text in octets, broken by CRLF every `lineLength` characters, a multiple of four (RFC 2045 §6.8
 * asks for 76; 0 means one line; no CRLF follows the last line). Works on octets so that an attachment of 25 MB makes no string.
 */
export function encodeBase64Bytes(bytes: Uint8Array, lineLength: number): Bytes {
  const characters = Math.ceil(bytes.length / 3) * 4;
  const breaks = lineLength > 0 && characters > 0 ? Math.ceil(characters / lineLength) - 1 : 0;
  const out = new Uint8Array(characters + breaks * 2);
  // A group is two pairs and a line break one: every pair lies on an even octet.
  const pairs = new Uint16Array(out.buffer);
  const groupsInLine = lineLength > 0 ? lineLength / 4 : Number.POSITIVE_INFINITY;
  const whole = Math.floor(bytes.length / 3);
  let at = 0;
  let from = 0;
  for (let done = 0; done < whole; ) {
    if (done > 0) pairs[at++] = CRLF;
    const next = Math.min(whole, done + groupsInLine);
    for (; done < next; done++, from += 3) {
      const middle = bytes[from + 1] as number;
      pairs[at++] = PAIRS[((bytes[from] as number) << 4) | (middle >> 4)] as number;
      pairs[at++] = PAIRS[((middle & 15) << 8) | (bytes[from + 2] as number)] as number;
    }
  }
  if (from < bytes.length) {
    if (whole > 0 && whole % groupsInLine === 0) pairs[at++] = CRLF;
    const [first, second] = [bytes[from] as number, bytes[from + 1]];
    const third = second === undefined ? PAD : (CODES[(second & 15) << 2] as number);
    out.set([CODES[first >> 2] as number, CODES[((first & 3) << 4) | ((second ?? 0) >> 4)] as number, third, PAD], at * 2);
  }
  return out;
}

/** What base64 decoding found besides the octets. */
export interface Base64Result {
  bytes: Bytes;
  /** False if there were characters outside the alphabet (white space aside), a lone last character, or text after padding. */
  clean: boolean;
}

/** Decodes base64 the way mail needs it: characters outside the alphabet are skipped (RFC 2045 §6.8) and reported. */
export function decodeBase64Lenient(text: Uint8Array): Base64Result {
  let out = new Uint8Array(likelyLength(text));
  let { length, clean } = decodeInto(out, text);
  if (length > out.length) {
    out = new Uint8Array(length);
    ({ length, clean } = decodeInto(out, text));
  }
  return { bytes: length === out.length ? out : out.slice(0, length), clean };
}

/** The number of octets if all lines are like the first one, as programs write them: then nothing needs to be copied. */
function likelyLength(text: Uint8Array): number {
  const lineEnd = text.indexOf(LF);
  const stride = lineEnd < 0 ? text.length : lineEnd + 1;
  const line = lineEnd < 0 ? stride : lineEnd - (text[lineEnd - 1] === CR ? 1 : 0);
  const lines = Math.floor(text.length / Math.max(1, stride));
  let characters = lines * line + Math.min(text.length - lines * stride, line);
  for (let i = text.length - 1; i >= 0 && (text[i] === PAD || text[i] === CR || text[i] === LF); i--) if (text[i] === PAD) characters--;
  return Math.max(0, Math.floor((characters * 3) / 4));
}

/** Decodes whole groups, as nearly all of a text is, up to the first that is none, and answers where that is. */
function decodeGroups(out: Uint8Array, to: number, text: Uint8Array, from: number): number {
  let at = to;
  let i = from;
  for (const last = text.length - 4; i <= last; i += 4) {
    const group =
      (FIRST[text[i] as number] as number) | (SECOND[text[i + 1] as number] as number) | (THIRD[text[i + 2] as number] as number) | (FOURTH[text[i + 3] as number] as number);
    if (group < 0) break;
    out[at] = group >> 16;
    out[at + 1] = (group >> 8) & 0xff;
    out[at + 2] = group & 0xff;
    at += 3;
  }
  return i;
}

/** Writes what fits, and answers how many octets there are. */
function decodeInto(out: Uint8Array, text: Uint8Array): { length: number; clean: boolean } {
  const end = text.length;
  let at = 0;
  let bits = 0;
  let held = 0;
  let padded = false;
  let clean = true;
  for (let i = 0; i < end; i++) {
    if (bits === 0 && !padded) {
      const next = decodeGroups(out, at, text, i);
      at += ((next - i) / 4) * 3;
      i = next;
      if (i >= end) break;
    }
    const code = text[i] as number;
    const value = FOURTH[code] as number;
    if (value < 0) {
      if (code === PAD) padded = true;
      else if (code !== CR && code !== LF && code !== 32 && code !== 9) clean = false;
      continue;
    }
    // Octets after padding are a second encoding glued on: reading them would let two decoders disagree.
    if (padded) {
      clean = false;
      break;
    }
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  if (bits === 6) clean = false;
  return { length: at, clean };
}
