import { type Bytes, hex, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { TAG, type Tlv } from "./der-reader.ts";

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

/** The octets of an OBJECT IDENTIFIER in dotted form (X.690 §8.19). Throws `pki.malformed`. */
export function oidOf(tlv: Tlv): string {
  const { content } = tlv;
  if (tlv.tag !== TAG.oid || content.length === 0 || content.length > 64 || ((content.at(-1) as number) & 0x80) !== 0) refuse();
  const arcs: bigint[] = [];
  let value = 0n;
  let begins = true;
  for (const octet of content) {
    // An arc that begins with 0x80 is padded: two encodings of one identifier.
    if (begins && octet === 0x80) refuse();
    value = (value << 7n) | BigInt(octet & 0x7f);
    begins = (octet & 0x80) === 0;
    if (begins) {
      if (arcs.length === 0) {
        const root = value < 80n ? value / 40n : 2n;
        arcs.push(root, value - root * 40n);
      } else arcs.push(value);
      value = 0n;
    }
  }
  return arcs.join(".");
}

/** The contents octets of an INTEGER, shortest form insisted on. Throws `pki.malformed`. */
export function integerContent(tlv: Tlv): Bytes {
  const [first, second] = tlv.content;
  if ((tlv.tag & 0x1f) !== TAG.integer && (tlv.tag & 0xc0) !== 0x80) refuse();
  if (first === undefined) refuse();
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) refuse();
  return tlv.content;
}

/** An INTEGER of either sign. Throws `pki.malformed`. */
export function bigIntegerOf(tlv: Tlv): bigint {
  return signedBigInt(integerContent(tlv));
}

function signedBigInt(content: Bytes): bigint {
  return BigInt.asIntN(content.length * 8, BigInt(`0x${hex(content)}`));
}

/** An INTEGER from 0 to 2^53-1. Throws `pki.malformed`. */
export function countOf(tlv: Tlv): number {
  const value = bigIntegerOf(tlv);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) refuse();
  return Number(value);
}

/** A serial number as lower-case hexadecimal of whole octets, without the sign octet; RFC 5280 forbids negative ones, which get a `-`. */
export function serialOf(tlv: Tlv): string {
  const { content } = tlv;
  // Some old authorities padded serials: they are read as the number they are.
  if (tlv.tag !== TAG.integer || content.length === 0 || content.length > 64) refuse();
  const value = signedBigInt(content);
  const digits = (value < 0n ? -value : value).toString(16);
  return `${value < 0n ? "-" : ""}${digits.length % 2 === 1 ? "0" : ""}${digits}`;
}

/** A BOOLEAN in DER (X.690 §11.1). Throws `pki.malformed`. */
export function booleanOf(tlv: Tlv): boolean {
  const [value] = tlv.content;
  if (tlv.content.length !== 1 || (value !== 0 && value !== 0xff)) refuse();
  return value === 0xff;
}

/** A BIT STRING of whole octets, as keys and signatures are. Throws `pki.malformed`. */
export function bitStringOctets(tlv: Tlv): Bytes {
  if (tlv.tag !== TAG.bitString && (tlv.tag & 0xc0) !== 0x80) refuse();
  if (tlv.content[0] !== 0) refuse();
  return tlv.content.subarray(1);
}

/** The numbers of the bits that are set in a BIT STRING of named bits (X.690 §8.6.2). Throws `pki.malformed`. */
export function namedBits(tlv: Tlv): Set<number> {
  const [unused, ...octets] = tlv.content;
  if (tlv.tag !== TAG.bitString || unused === undefined || unused > 7 || (unused > 0 && octets.length === 0)) refuse();
  const bits = new Set<number>();
  // X.690 §11.2.1: unused bits are zero.
  if (((octets.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) refuse();
  octets.forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits.add(index * 8 + bit);
  });
  return bits;
}

/** A time of RFC 5280 §4.1.2.5: UTCTime or GeneralizedTime, with seconds, in Zulu. Throws `pki.malformed`. */
export function timeOf(tlv: Tlv): Date {
  const text = latin1(tlv.content);
  const full = tlv.tag === TAG.utcTime ? `${Number(text.slice(0, 2)) >= 50 ? "19" : "20"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if ((tlv.tag !== TAG.utcTime && tlv.tag !== TAG.generalizedTime) || match === null) return refuse();
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for the twentieth century.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) refuse();
  return date;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a character string type; null if the type is none or the octets do not fit it. */
export function textOf(tlv: Tlv): string | null {
  switch (tlv.tag) {
    case TAG.utf8String:
      try {
        return strictUtf8.decode(tlv.content);
      } catch {
        return null;
      }
    case TAG.numericString:
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
      return tlv.content.every((octet) => octet < 0x80) ? latin1(tlv.content) : null;
    // T.61 has its own table, but what is found under this tag is ISO 8859-1 nearly always.
    case TAG.teletexString:
      return latin1(tlv.content);
    case TAG.bmpString:
      return wideText(tlv.content, 2);
    case TAG.universalString:
      return wideText(tlv.content, 4);
    default:
      return null;
  }
}

function wideText(content: Bytes, width: 2 | 4): string | null {
  if (content.length % width !== 0) return null;
  let text = "";
  for (let i = 0; i < content.length; i += width) {
    let code = 0;
    for (let j = 0; j < width; j++) code = code * 256 + (content[i + j] as number);
    if (code > 0x10ffff) return null;
    text += width === 2 ? String.fromCharCode(code) : String.fromCodePoint(code);
  }
  return /\p{Surrogate}/u.test(text) ? null : text;
}
