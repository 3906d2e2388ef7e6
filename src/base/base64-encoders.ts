import type { NodeBuffer } from "./base64-native.ts";
import { type Bytes, fromLatin1, viewOf } from "./bytes.ts";

const CODES = fromLatin1("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PAD = 0x3d;
const CRLF = 0x0d0a;

/** Two characters for twelve bits, the first one in the higher octet; and the same two octets higher. */
const PAIRS = Int32Array.from({ length: 4096 }, (_, i) => ((CODES[i >> 6] as number) << 8) | (CODES[i & 63] as number));
const HIGH_PAIRS = PAIRS.map((pair) => pair << 16);

/** Characters that are encoded at once: what fits into a processor's cache. */
const BATCH = 65_536;

/** Whole lines of base64 that are written one behind the other, each with its CRLF before it. */
export interface LineJob {
  out: Bytes;
  /** Where the first CRLF goes. */
  at: number;
  /** Nothing but whole lines. */
  octets: Uint8Array;
  /** Octets of one line, a multiple of three. */
  line: number;
}

/** Does such a job; all of them write the same octets, and differ in time alone. */
export type LineEncoder = (job: LineJob) => void;

/** Encodes octets without a break, in groups of three and with padding for the last one (RFC 4648 §4); answers where the text ends. */
export function encodeRun(out: DataView, to: number, input: DataView, from: number, end: number): number {
  let at = to;
  let i = from;
  for (const last = end - 5; i < last; i += 6, at += 8) {
    const four = input.getInt32(i);
    const two = input.getUint16(i + 4);
    out.setInt32(at, (HIGH_PAIRS[four >>> 20] as number) | (PAIRS[(four >>> 8) & 4095] as number));
    out.setInt32(at + 4, (HIGH_PAIRS[((four & 255) << 4) | (two >>> 12)] as number) | (PAIRS[two & 4095] as number));
  }
  if (end - i >= 3) {
    const group = (input.getUint16(i) << 8) | input.getUint8(i + 2);
    out.setInt32(at, (HIGH_PAIRS[group >> 12] as number) | (PAIRS[group & 4095] as number));
    i += 3;
    at += 4;
  }
  if (i === end) return at;
  const [first, second] = [input.getUint8(i), i + 1 < end ? input.getUint8(i + 1) : null];
  out.setUint16(at, PAIRS[(first << 4) | ((second ?? 0) >> 4)] as number);
  out.setUint8(at + 2, second === null ? PAD : (CODES[(second & 15) << 2] as number));
  out.setUint8(at + 3, PAD);
  return at + 4;
}

/** In browsers: their own encoders make a string of one line, and to break it takes twice the time of this loop (measured in Chromium 156 and Firefox 153). */
export function encodeByLoop({ out, at, octets, line }: LineJob): void {
  const [output, input] = [viewOf(out), viewOf(octets)];
  let to = at;
  for (let from = 0; from < octets.length; from += line) {
    output.setUint16(to, CRLF);
    to = encodeRun(output, to + 2, input, from, from + line);
  }
}

/** Node: its encoder makes one line of many, which is then broken into its own. */
export function encodeByNode(buffers: NodeBuffer, { out, at, octets, line }: LineJob): void {
  const characters = (line / 3) * 4;
  const lines = Math.floor(BATCH / characters);
  if (lines === 0) return encodeByLoop({ out, at, octets, line });
  const input = buffers.from(octets.buffer, octets.byteOffset, octets.length);
  const text = new Uint8Array(lines * characters);
  const batch = buffers.from(text.buffer, 0, text.length);
  const [from, output] = [viewOf(text), viewOf(out)];
  let to = at;
  for (let done = 0; done < octets.length; done += lines * line) {
    const written = batch.latin1Write(input.base64Slice(done, Math.min(done + lines * line, octets.length)), 0);
    for (let i = 0; i < written; i += characters) to = breakLine(output, to, from, i, i + characters);
  }
}

/**
 * Copies a line behind a line break, eight characters at a time, as numbers: those that a copy may change (NaN, IEEE 754 §6.2.3)
 * have an octet that is no character of base64.
 */
function breakLine(out: DataView, to: number, text: DataView, from: number, end: number): number {
  out.setUint16(to, CRLF);
  let at = to + 2;
  let i = from;
  for (const last = end - 7; i < last; i += 8, at += 8) out.setFloat64(at, text.getFloat64(i, true), true);
  if (i < end) out.setInt32(at, text.getInt32(i));
  return at + end - i;
}

/** The fastest encoder here. */
export function fastEncoder(): LineEncoder {
  const buffers = (globalThis as unknown as { Buffer?: NodeBuffer }).Buffer;
  return buffers ? (job) => encodeByNode(buffers, job) : encodeByLoop;
}
