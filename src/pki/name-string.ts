import { type Bytes, fromHex, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { derElement, derOid, derSequence, derSetOf } from "./der.ts";
import { TAG } from "./der-reader.ts";
import { type DistinguishedName, SHORT_NAMES, parseName } from "./name.ts";

const OIDS = new Map([...Object.entries(SHORT_NAMES).map(([oid, short]) => [short.toLowerCase(), oid] as const), ["e", "1.2.840.113549.1.9.1"] as const]);

/** Types whose values are ASCII in certificates: country, serial number, domain component, address. */
const ASCII_TYPES = new Set(["2.5.4.6", "2.5.4.5", "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1"]);

/** One character of a value: itself, or escaped, by a backslash or as octets of UTF-8. */
const CHARACTER = /\\([0-9a-fA-F]{2})|\\(.)|([^\\])/gsu;

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

/** Reads a name as RFC 4514 writes it, the most specific part first. Throws `pki.malformed`. */
export function nameOfString(text: string): DistinguishedName {
  const rdns = text.trim() === "" ? [] : splitAt(text, ",").map((rdn) => derSetOf(...splitAt(rdn, "+").map(attributeOf)));
  return parseName(derSequence(...rdns.toReversed()));
}

/** Splits at a separator that no backslash escapes. */
function splitAt(text: string, separator: "," | "+"): string[] {
  const parts = [""];
  for (const [character] of text.matchAll(/\\?./gsu)) {
    if (character === separator) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${character}`);
  }
  return parts;
}

function attributeOf(text: string): Bytes {
  const at = text.indexOf("=");
  if (at < 0) refuse();
  const type = text.slice(0, at).trim();
  const oid = OIDS.get(type.toLowerCase()) ?? (/^[0-2](\.\d+)+$/.test(type) ? type : refuse());
  const value = text.slice(at + 1).trimStart();
  if (value.startsWith("#")) return derSequence(derOid(oid), hexValue(value.slice(1).trim()));
  const octets = octetsOf(value.replace(/(?<!\\) +$/, ""));
  return derSequence(derOid(oid), derElement(ASCII_TYPES.has(oid) ? TAG.ia5String : TAG.utf8String, octets));
}

function hexValue(digits: string): Bytes {
  return /^([0-9a-fA-F]{2})+$/.test(digits) ? fromHex(digits) : refuse();
}

function octetsOf(value: string): Bytes {
  const octets: number[] = [];
  for (const [, pair, escaped, plain] of value.matchAll(CHARACTER)) {
    if (pair !== undefined) octets.push(Number.parseInt(pair, 16));
    else octets.push(...utf8(escaped ?? plain ?? ""));
  }
  return Uint8Array.from(octets);
}
