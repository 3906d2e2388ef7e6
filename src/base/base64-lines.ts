import { type FastDecoder, fastDecoder } from "./base64-native.ts";
import type { Decoded } from "./base64-regular.ts";
import { Base64Writer, base64Length } from "./base64-writer.ts";
import { type Bytes, fromLatin1 } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const CODES = fromLatin1(ALPHABET);
const PAD = 0x3d;
const CR = 13;
const LF = 10;

const fastest = fastDecoder();

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
  const out = new Uint8Array(base64Length(bytes.length, lineLength));
  const writer = new Base64Writer(out, 0, lineLength || out.length);
  writer.write(bytes);
  writer.end();
  return out;
}

/** What base64 decoding found besides the octets. */
export interface Base64Result {
  bytes: Bytes;
  /** False if there were characters outside the alphabet (white space aside), a lone last character, or text after padding. */
  clean: boolean;
}

/**
 * Decodes base64 the way mail needs it: characters outside the alphabet are skipped (RFC 2045 §6.8) and reported. Nearly all of
 * a text is left to the fastest decoder that the platform has, which never decides anything but time.
 */
export function decodeBase64Lenient(text: Uint8Array, decodeFast: FastDecoder = fastest): Base64Result {
  let out = new Uint8Array(likelyLength(text));
  let { length, clean } = decodeInto(out, text, decodeFast(out, text));
  if (length > out.length) {
    out = new Uint8Array(length);
    ({ length, clean } = decodeInto(out, text, decodeFast(out, text)));
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

/** Goes on where another decoder had enough, writes what fits, and answers how many octets there are in all. */
function decodeInto(out: Bytes, text: Uint8Array, { read, written }: Decoded): { length: number; clean: boolean } {
  const end = text.length;
  let at = written;
  let bits = 0;
  let held = 0;
  let padded = false;
  let clean = true;
  for (let i = read; i < end; i++) {
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
