import { type Bytes, concat, utf8 } from "../base/bytes.ts";
import { TAG } from "./der-reader.ts";

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
export function derSorted<Octets extends Uint8Array>(elements: readonly Octets[]): Octets[] {
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
  return derElement(short ? TAG.utcTime : TAG.generalizedTime, utf8(short ? digits.slice(2) : digits));
}
