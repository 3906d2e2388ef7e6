import { encodeRun, fastEncoder, type LineEncoder } from "./base64-encoders.ts";
import { type Bytes, viewOf } from "./bytes.ts";

const CRLF = 0x0d0a;

const fastest = fastEncoder();

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
  readonly #out: Bytes;
  readonly #view: DataView;
  #at: number;
  /** Octets that make one line. */
  readonly #line: number;
  readonly #held: Bytes;
  #holds = 0;
  #begun = false;
  readonly #encode: LineEncoder;

  /** `lineLength` is a multiple of four (RFC 2045 §6.8 asks for 76). There must be room for `base64Length` octets from `at` on. */
  constructor(out: Bytes, at: number, lineLength: number, encode = fastest) {
    this.#out = out;
    this.#view = viewOf(out);
    this.#at = at;
    this.#line = (lineLength / 4) * 3;
    this.#held = new Uint8Array(this.#line);
    this.#encode = encode;
  }

  write(bytes: Uint8Array): void {
    let from = 0;
    if (this.#holds > 0) {
      from = Math.min(this.#line - this.#holds, bytes.length);
      this.#hold(bytes.subarray(0, from));
      if (this.#holds < this.#line) return;
      this.#one(this.#held);
      this.#holds = 0;
    }
    // No line break stands before the first line, so it is not like the others.
    if (!this.#begun && bytes.length - from >= this.#line) this.#one(bytes.subarray(from, (from += this.#line)));
    const end = bytes.length - ((bytes.length - from) % this.#line);
    if (from < end) {
      this.#encode({ out: this.#out, at: this.#at, octets: bytes.subarray(from, end), line: this.#line });
      this.#at += ((end - from) / this.#line) * ((this.#line / 3) * 4 + 2);
    }
    this.#hold(bytes.subarray(end));
  }

  /** Writes what is left, and answers where the text ends. */
  end(): number {
    this.#one(this.#held.subarray(0, this.#holds));
    this.#holds = 0;
    return this.#at;
  }

  #hold(bytes: Uint8Array): void {
    this.#held.set(bytes, this.#holds);
    this.#holds += bytes.length;
  }

  /** One line at most. */
  #one(octets: Uint8Array): void {
    if (octets.length === 0) return;
    if (this.#begun) {
      this.#view.setUint16(this.#at, CRLF);
      this.#at += 2;
    }
    this.#begun = true;
    this.#at = encodeRun(this.#view, this.#at, viewOf(octets), 0, octets.length);
  }
}
