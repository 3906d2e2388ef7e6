import { type Bytes, fromLatin1 } from "./bytes.ts";

const CODES = fromLatin1("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PAD = 0x3d;
const CRLF = 0x0d0a;

/** Two characters for twelve bits, the first one in the higher octet. */
const PAIRS = Uint32Array.from({ length: 4096 }, (_, i) => ((CODES[i >> 6] as number) << 8) | (CODES[i & 63] as number));

/** Length of base64 text with CRLF between lines of `lineLength` characters (0: one line). */
export function base64Length(octets: number, lineLength: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  const breaks = lineLength > 0 && characters > 0 ? Math.ceil(characters / lineLength) - 1 : 0;
  return characters + breaks * 2;
}

/**
 * Writes base64 in lines straight to where it belongs, from octets that come in pieces of any length: neither the octets nor
 * the text of a large message need a place of their own. No line break follows the last line.
 */
export class Base64Writer {
  readonly #out: DataView;
  #at: number;
  /** Octets that make one line. */
  readonly #line: number;
  readonly #held: Bytes;
  #holds = 0;
  #begun = false;

  /** `lineLength` is a multiple of four (RFC 2045 §6.8 asks for 76). There must be room for `base64Length` octets from `at` on. */
  constructor(out: Bytes, at: number, lineLength: number) {
    this.#out = new DataView(out.buffer, out.byteOffset, out.byteLength);
    this.#at = at;
    this.#line = (lineLength / 4) * 3;
    this.#held = new Uint8Array(this.#line);
  }

  write(bytes: Uint8Array): void {
    let from = 0;
    if (this.#holds > 0) {
      from = Math.min(this.#line - this.#holds, bytes.length);
      this.#hold(bytes.subarray(0, from));
      if (this.#holds < this.#line) return;
      this.#lines(this.#held, this.#line);
      this.#holds = 0;
    }
    const end = bytes.length - ((bytes.length - from) % this.#line);
    this.#lines(bytes.subarray(from), end - from);
    this.#hold(bytes.subarray(end));
  }

  /** Writes what is left, and answers where the text ends. */
  end(): number {
    this.#lines(this.#held, this.#holds);
    this.#holds = 0;
    return this.#at;
  }

  #hold(bytes: Uint8Array): void {
    this.#held.set(bytes, this.#holds);
    this.#holds += bytes.length;
  }

  /** The one place where the time goes: everything it touches within a line is a local variable. */
  #lines(bytes: Uint8Array, length: number): void {
    const out = this.#out;
    const line = this.#line;
    let at = this.#at;
    for (let from = 0; from < length; ) {
      if (this.#begun) {
        out.setUint16(at, CRLF);
        at += 2;
      }
      this.#begun = true;
      const end = Math.min(from + line, length);
      for (const last = end - 2; from < last; from += 3, at += 4) {
        const group = ((bytes[from] as number) << 16) | ((bytes[from + 1] as number) << 8) | (bytes[from + 2] as number);
        out.setUint32(at, ((PAIRS[group >> 12] as number) << 16) | (PAIRS[group & 4095] as number));
      }
      if (from === end) continue;
      const [first, second] = [bytes[from] as number, from + 1 < end ? (bytes[from + 1] as number) : null];
      out.setUint16(at, PAIRS[(first << 4) | ((second ?? 0) >> 4)] as number);
      out.setUint8(at + 2, second === null ? PAD : (CODES[(second & 15) << 2] as number));
      out.setUint8(at + 3, PAD);
      at += 4;
      from = end;
    }
    this.#at = at;
  }
}
