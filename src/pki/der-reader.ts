import { type Bytes, concat } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";

/** Identifier octets of the types that certificates, CMS and key files use (X.690 §8.1.2; tag numbers above 30 do not occur). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a context-specific tag. */
export function contextTag(number: number, form: "constructed" | "primitive" = "constructed"): number {
  return (form === "constructed" ? 0xa0 : 0x80) | number;
}

/** One element: views into the input, nothing copied. */
export interface Tlv {
  /** The identifier octet. */
  tag: number;
  /** The whole element with its header. */
  raw: Bytes;
  /** The contents octets; without the end-of-contents octets where the length was indefinite. */
  content: Bytes;
}

/** `der`: definite, shortest lengths only. `ber`: indefinite and padded lengths too, for CMS and PKCS#12. */
export type EncodingRules = "der" | "ber";

/** Nesting that is followed to find the end of an element of indefinite length; real objects stay below twenty. */
const MAX_DEPTH = 64;

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

function readLength(bytes: Bytes, at: number, end: number, rules: EncodingRules): { length: number; next: number } {
  if (at >= end) refuse();
  const first = bytes[at] as number;
  if (first < 0x80) return { length: first, next: at + 1 };
  if (first === 0x80) return rules === "ber" ? { length: -1, next: at + 1 } : refuse();
  const count = first & 0x7f;
  // Four octets name 4 GiB: more than any input that is read here.
  if (count > 4 || at + 1 + count > end) refuse();
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + (bytes[at + i] as number);
  if (rules === "der" && (length < 0x80 || length < 2 ** (8 * (count - 1)))) refuse();
  return { length, next: at + 1 + count };
}

function readTlv(bytes: Bytes, at: number, end: number, rules: EncodingRules, depth: number): { tlv: Tlv; next: number } {
  if (at >= end || depth > MAX_DEPTH) refuse();
  const tag = bytes[at] as number;
  if ((tag & 0x1f) === 0x1f) refuse();
  const { length, next: start } = readLength(bytes, at + 1, end, rules);
  if (length >= 0) {
    if (length > end - start) refuse();
    const next = start + length;
    return { tlv: { tag, raw: bytes.subarray(at, next), content: bytes.subarray(start, next) }, next };
  }
  if ((tag & 0x20) === 0) refuse();
  let inner = start;
  while (!(bytes[inner] === 0 && bytes[inner + 1] === 0 && inner + 2 <= end)) {
    inner = readTlv(bytes, inner, end, rules, depth + 1).next;
  }
  return { tlv: { tag, raw: bytes.subarray(at, inner + 2), content: bytes.subarray(start, inner) }, next: inner + 2 };
}

/** Reads elements one after another and insists on what the caller names. Every method throws `pki.malformed`. */
export class DerReader {
  readonly #bytes: Bytes;
  readonly #rules: EncodingRules;
  #at = 0;

  constructor(content: Bytes, rules: EncodingRules = "der") {
    this.#bytes = content;
    this.#rules = rules;
  }

  /** The identifier octet of the next element, or null at the end. */
  peek(): number | null {
    return this.#bytes[this.#at] ?? null;
  }

  /** Reads the next element; it must have this tag if one is given. */
  next(tag?: number): Tlv {
    const { tlv, next } = readTlv(this.#bytes, this.#at, this.#bytes.length, this.#rules, 0);
    if (tag !== undefined && tlv.tag !== tag) refuse();
    this.#at = next;
    return tlv;
  }

  /** Reads the next element if it has this tag. */
  optional(tag: number): Tlv | null {
    return this.peek() === tag ? this.next(tag) : null;
  }

  /** Enters the next element. */
  enter(tag: number = TAG.sequence): DerReader {
    return new DerReader(this.next(tag).content, this.#rules);
  }

  /** Enters the next element if it has this tag. */
  enterOptional(tag: number): DerReader | null {
    return this.peek() === tag ? this.enter(tag) : null;
  }

  /** Reads all elements that are left. */
  rest(): Tlv[] {
    const all: Tlv[] = [];
    while (this.peek() !== null) all.push(this.next());
    return all;
  }

  /** Insists that nothing is left. */
  end(): void {
    if (this.peek() !== null) refuse();
  }
}

/** Reads input that is exactly one element. Throws `pki.malformed`. */
export function readSingle(bytes: Bytes, tag: number, rules: EncodingRules = "der"): Tlv {
  const reader = new DerReader(bytes, rules);
  const tlv = reader.next(tag);
  reader.end();
  return tlv;
}

/**
 * The octets of an OCTET STRING, joined from its segments where BER constructed it, at any depth (X.690 §8.7.3).
 * `tag` is the primitive identifier octet, another than 0x04 where an implicit tag took its place. Throws `pki.malformed`.
 */
export function octetStringContent(tlv: Tlv, tag: number = TAG.octetString): Bytes {
  if (tlv.tag === tag) return tlv.content;
  if (tlv.tag !== (tag | 0x20)) refuse();
  const segments: Bytes[] = [];
  const collect = (content: Bytes, depth: number): void => {
    if (depth > MAX_DEPTH) refuse();
    for (const segment of new DerReader(content, "ber").rest()) {
      if (segment.tag === TAG.octetString) segments.push(segment.content);
      else if (segment.tag === (TAG.octetString | 0x20)) collect(segment.content, depth + 1);
      else refuse();
    }
  };
  collect(tlv.content, 0);
  return concat(...segments);
}
