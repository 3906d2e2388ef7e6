import * as asn1js from "asn1js";
import { type Bytes, concat, copy } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { SmimeError } from "../base/errors.ts";
import { TAG } from "./der-reader.ts";

/** Limits of one CMS object: 64 MiB of content and as many elements as a streamed 25 MB message in 1 KiB segments has, tenfold. */
export const derLimits = { maxNodes: 300_000, maxDepth: 100, maxContentLength: 64 * 1024 * 1024 } as const;

/**
 * Parses BER or DER into asn1js nodes with our limits; the whole input must be one element.
 * Nodes are views into `bytes`, so it must not be changed afterwards.
 * OCTET STRINGs are not looked into: what lies inside could be anything, and its elements would count.
 * @throws SmimeError `malformed`, the code that the caller's room uses.
 */
export function parseBer(bytes: Bytes, malformed: Code = "pki.malformed"): asn1js.AsnType {
  // asn1js wants a BufferSource of an own buffer: a view with an offset is copied first.
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes : copy(bytes);
  const { offset, result } = asn1js.fromBER(whole.buffer, { ...derLimits, parseEmbedded: false, copyInput: false });
  if (offset !== whole.length || result.error !== "") throw new SmimeError(malformed);
  return result;
}

/** The octets that a parsed node was read from, header included: for what is hashed or compared as it came. */
export function rawOf(node: asn1js.BaseBlock): Bytes {
  return node.valueBeforeDecodeView as Bytes;
}

function header(tag: number, length: number): number[] {
  if (length < 0x80) return [tag, length];
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left & 0xff);
  return [tag, 0x80 | octets.length, ...octets];
}

/** Writes one element with this identifier octet. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concat(Uint8Array.from(header(tag, length)), ...content);
}

export function derSequence(...elements: readonly Uint8Array[]): Bytes {
  return derElement(TAG.sequence, ...elements);
}

/** Sorts encoded elements as DER sorts a SET OF (X.690 §11.6). */
export function derSorted(elements: readonly Uint8Array[]): Uint8Array[] {
  return elements.toSorted((a, b) => {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
    return a.length - b.length;
  });
}

/** Writes a SET OF, its elements sorted (X.690 §11.6). */
export function derSetOf(...elements: readonly Uint8Array[]): Bytes {
  return derElement(TAG.set, ...derSorted(elements));
}

/** Writes an explicit context tag around one element, or a constructed implicit one around several. */
export function derTagged(number: number, ...content: readonly Uint8Array[]): Bytes {
  return derElement(0xa0 | number, ...content);
}

/** Writes an implicit context tag on a primitive type, from its contents octets. */
export function derTaggedPrimitive(number: number, content: Uint8Array): Bytes {
  return derElement(0x80 | number, content);
}

/** Writes a non-negative INTEGER, from a number or from big-endian octets of any padding. */
export function derInteger(value: number | bigint | Uint8Array): Bytes {
  let octets: number[];
  if (value instanceof Uint8Array) octets = Array.from(value);
  else {
    const digits = value.toString(16);
    octets = (digits.padStart(digits.length + (digits.length % 2), "0").match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  }
  while (octets.length > 1 && octets[0] === 0) octets.shift();
  if (octets.length === 0 || (octets[0] as number) >= 0x80) octets.unshift(0);
  return derElement(TAG.integer, Uint8Array.from(octets));
}

/** Writes an OBJECT IDENTIFIER from its dotted form. */
export function derOid(dotted: string): Bytes {
  const [root = 0n, second = 0n, ...others] = dotted.split(".").map(BigInt);
  const octets: number[] = [];
  for (const arc of [root * 40n + second, ...others]) {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    octets.push(...groups);
  }
  return derElement(TAG.oid, Uint8Array.from(octets));
}

export function derOctetString(content: Uint8Array): Bytes {
  return derElement(TAG.octetString, content);
}

/** Writes a BIT STRING of whole octets. */
export function derBitString(content: Uint8Array): Bytes {
  return derElement(TAG.bitString, Uint8Array.of(0), content);
}

export function derNull(): Bytes {
  return Uint8Array.of(TAG.null, 0);
}

/** Writes a signing time: UTCTime through 2049, GeneralizedTime from 2050, without fractions (RFC 5652 §11.3). */
export function derTime(date: Date): Bytes {
  const digits = date.toISOString().replace(/\.\d+Z$/, "Z").replaceAll(/[-:T]/g, "");
  const short = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return derElement(short ? TAG.utcTime : TAG.generalizedTime, new TextEncoder().encode(short ? digits.slice(2) : digits));
}
