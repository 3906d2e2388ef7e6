import { type Bytes, hex, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, type Tlv } from "./der-reader.ts";
import { oidOf, textOf } from "./der-values.ts";
import { comparableText } from "./name-comparison.ts";

/** One attribute of a name, for example a common name. */
export interface NameAttribute {
  oid: string;
  /** Null if the value is no character string. */
  text: string | null;
  /** The value as encoded, DER. */
  raw: Bytes;
}

/** A name of RFC 5280 §4.1.2.4. */
export interface DistinguishedName {
  der: Bytes;
  /** RFC 4514 string: the most specific part first. */
  rfc4514: string;
  /** The last (most specific) common name; null if there is none. */
  commonName: string | null;
  /** Relative names in the order of the encoding, the root's side first. */
  rdns: NameAttribute[][];
  /** Equal for two names that RFC 5280 §7.1 calls equal; one entry for each relative name. */
  comparable: string[];
}

const COMMON_NAME = "2.5.4.3";

/** Short names: those of RFC 4514 §3, then those that OpenSSL writes in its RFC 2253 form. */
export const SHORT_NAMES: Record<string, string> = {
  [COMMON_NAME]: "CN",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.6": "C",
  "2.5.4.9": "STREET",
  "0.9.2342.19200300.100.1.25": "DC",
  "0.9.2342.19200300.100.1.1": "UID",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.17": "postalCode",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.44": "generationQualifier",
  "2.5.4.46": "dnQualifier",
  "2.5.4.65": "pseudonym",
  "2.5.4.97": "organizationIdentifier",
  "1.2.840.113549.1.9.1": "emailAddress",
};

/** Characters that would not show what they are: controls and those that reorder text. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

function escapeValue(text: string): string {
  const characters = Array.from(text);
  return characters
    .map((character, index) => {
      if (/["+,;<>\\]/.test(character)) return `\\${character}`;
      if (character === "#" && index === 0) return "\\#";
      if (character === " " && (index === 0 || index === characters.length - 1)) return "\\ ";
      if (INVISIBLE.test(character)) return hex(utf8(character)).replaceAll(/../g, "\\$&");
      return character;
    })
    .join("");
}

function attributeString(attribute: NameAttribute): string {
  const short = SHORT_NAMES[attribute.oid];
  // RFC 4514 §2.4: a dotted type, or a value that is no text, goes with the value's encoding.
  if (short === undefined || attribute.text === null) return `${short ?? attribute.oid}=#${hex(attribute.raw)}`;
  return `${short}=${escapeValue(attribute.text)}`;
}

/** T.61 has no agreed meaning, so such values are the same only octet by octet (RFC 5280 §7.1). */
function comparableValue(attribute: NameAttribute): string {
  if (attribute.text === null || attribute.raw[0] === TAG.teletexString) return `#${hex(attribute.raw)}`;
  return comparableText(attribute.text);
}

function readAttribute(tlv: Tlv): NameAttribute {
  const reader = new DerReader(tlv.content);
  const oid = oidOf(reader.next(TAG.oid));
  const value = reader.next();
  reader.end();
  return { oid, text: textOf(value), raw: value.raw };
}

/** Reads a Name from its element. Throws `pki.malformed`. */
export function readName(tlv: Tlv): DistinguishedName {
  if (tlv.tag !== TAG.sequence && (tlv.tag & 0xc0) !== 0x80) throw new SmimeError("pki.malformed");
  const rdns = new DerReader(tlv.content).rest().map((rdn) => {
    if (rdn.tag !== TAG.set || rdn.content.length === 0) throw new SmimeError("pki.malformed");
    return new DerReader(rdn.content).rest().map((attribute) => {
      if (attribute.tag !== TAG.sequence) throw new SmimeError("pki.malformed");
      return readAttribute(attribute);
    });
  });
  return {
    der: tlv.raw,
    rfc4514: rdns
      .toReversed()
      .map((rdn) => rdn.map(attributeString).join("+"))
      .join(","),
    commonName: rdns.flat().findLast((attribute) => attribute.oid === COMMON_NAME && attribute.text !== null)?.text ?? null,
    rdns,
    comparable: rdns.map((rdn) => JSON.stringify(rdn.map((attribute) => `${attribute.oid}=${comparableValue(attribute)}`).sort())),
  };
}

/** Reads a DER Name, as IssuerAndSerialNumber carries it. Throws `pki.malformed`. */
export function parseName(der: Bytes): DistinguishedName {
  const reader = new DerReader(der);
  const name = readName(reader.next(TAG.sequence));
  reader.end();
  return name;
}

/** Compares two names as RFC 5280 §7.1 asks. */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.comparable.length === b.comparable.length && isWithin(a, b);
}

/** Tells whether `name` lies in the subtree whose top is `base` (RFC 5280 §4.2.1.10, directoryName). */
export function isWithin(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.comparable.every((rdn, index) => rdn === name.comparable[index]);
}
