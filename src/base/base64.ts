import { type Bytes, fromLatin1 } from "./bytes.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const CODES = fromLatin1(ALPHABET);
const VALUES = new Uint8Array(256).fill(255);
for (let i = 0; i < 64; i++) VALUES[CODES[i] as number] = i;
const PAD = 0x3d;

const asciiDecoder = new TextDecoder("latin1");

/** Encodes octets as base64 (RFC 4648 §4), without line breaks. */
export function encodeBase64(bytes: Uint8Array): string {
  return asciiDecoder.decode(encodeBase64Bytes(bytes, 0));
}

/**
 * Encodes octets as base64 text in octets, broken by CRLF every `lineLength` characters (RFC 2045 §6.8 asks for 76;
 * 0 means one line; no CRLF follows the last line). Works on octets so that an attachment of 25 MB makes no string.
 */
export function encodeBase64Bytes(bytes: Uint8Array, lineLength: number): Bytes {
  const characters = Math.ceil(bytes.length / 3) * 4;
  const breaks = lineLength > 0 && characters > 0 ? Math.ceil(characters / lineLength) - 1 : 0;
  const out = new Uint8Array(characters + breaks * 2);
  let at = 0;
  let column = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    if (lineLength > 0 && column === lineLength) {
      out[at++] = 13;
      out[at++] = 10;
      column = 0;
    }
    const left = bytes.length - i;
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = CODES[group >> 18] as number;
    out[at++] = CODES[(group >> 12) & 63] as number;
    out[at++] = left > 1 ? (CODES[(group >> 6) & 63] as number) : PAD;
    out[at++] = left > 2 ? (CODES[group & 63] as number) : PAD;
    column += 4;
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
  const out = new Uint8Array(Math.floor((text.length * 3) / 4) + 3);
  let at = 0;
  let bits = 0;
  let held = 0;
  let padded = false;
  let clean = true;
  for (const code of text) {
    const value = VALUES[code] as number;
    if (value === 255) {
      if (code === PAD) padded = true;
      else if (code !== 13 && code !== 10 && code !== 32 && code !== 9) clean = false;
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
  return { bytes: out.slice(0, at), clean };
}

/** Decodes strict base64 without white space, as our own messages use it; throws `RangeError` on anything else. */
export function decodeBase64(text: string): Bytes {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new RangeError("not base64");
  return decodeBase64Lenient(fromLatin1(text)).bytes;
}
