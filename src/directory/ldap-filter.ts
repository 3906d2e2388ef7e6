import { SmimeError } from "../base/errors.ts";
import { fromUtf8 } from "../base/bytes.ts";
import type { LdapFilter } from "../protocol/host-port.ts";
import { directoryLimits } from "./limits.ts";

const ATTRIBUTE = /^[a-z][a-z0-9.;-]*/i;

/**
 * Reads a filter as a dynamic list writes it (RFC 4515): and, or, not, equality, presence and a beginning (`cn=A*`). Other matches
 * are refused, because a filter that is not understood as it was meant would find other people.
 * Throws `directory.protocol`.
 */
export function parseFilter(text: string): LdapFilter {
  if (text.length > directoryLimits.filter) throw new SmimeError("directory.protocol");
  const reader = new FilterReader(text);
  const filter = reader.filter();
  if (!reader.atEnd()) throw new SmimeError("directory.protocol");
  return filter;
}

class FilterReader {
  readonly #text: string;
  #at = 0;
  #parts = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  filter(depth = 1): LdapFilter {
    if (++this.#parts > directoryLimits.filterParts || depth > directoryLimits.filterDepth) throw new SmimeError("directory.protocol");
    this.#expect("(");
    const sign = this.#text[this.#at];
    let filter: LdapFilter;
    if (sign === "&" || sign === "|") {
      this.#at++;
      const filters: LdapFilter[] = [];
      while (this.#text[this.#at] === "(") filters.push(this.filter(depth + 1));
      if (filters.length === 0) throw new SmimeError("directory.protocol");
      filter = { kind: sign === "&" ? "and" : "or", filters };
    } else if (sign === "!") {
      this.#at++;
      filter = { kind: "not", filter: this.filter(depth + 1) };
    } else filter = this.#item();
    this.#expect(")");
    return filter;
  }

  #item(): LdapFilter {
    const attribute = ATTRIBUTE.exec(this.#text.slice(this.#at, this.#at + 200))?.[0] ?? "";
    this.#at += attribute.length;
    if (attribute === "") throw new SmimeError("directory.protocol");
    this.#expect("=");
    const end = this.#text.indexOf(")", this.#at);
    const value = this.#text.slice(this.#at, end === -1 ? this.#text.length : end);
    this.#at += value.length;
    if (value === "*") return { kind: "present", attribute };
    const stars = value.split("*");
    if (stars.length === 1) return { kind: "equal", attribute, value: unescaped(value) };
    const [beginning = "", rest] = stars;
    if (stars.length !== 2 || rest !== "" || beginning === "") throw new SmimeError("directory.protocol");
    return { kind: "begins", attribute, value: unescaped(beginning) };
  }

  #expect(sign: string): void {
    if (this.#text[this.#at++] !== sign) throw new SmimeError("directory.protocol");
  }
}

/** `\2a` and the like stand for octets of UTF-8 (RFC 4515 §3). */
function unescaped(value: string): string {
  if (/\\(?![0-9a-f]{2})/i.test(value) || value.includes("(")) throw new SmimeError("directory.protocol");
  const octets = new TextEncoder().encode(value);
  const out: number[] = [];
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] === 0x5c) {
      out.push(Number.parseInt(String.fromCharCode(octets[i + 1] as number, octets[i + 2] as number), 16));
      i += 2;
    } else out.push(octets[i] as number);
  }
  return fromUtf8(Uint8Array.from(out));
}
