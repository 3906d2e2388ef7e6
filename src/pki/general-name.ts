import { type Bytes, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, type Tlv, contextTag } from "./der-reader.ts";
import { oidOf, textOf } from "./der-values.ts";
import { type DistinguishedName, readName } from "./name.ts";
import { OID } from "./oids.ts";

/** A GeneralName (RFC 5280 §4.2.1.6). Of x400Address and ediPartyName the tag alone is kept, because a constraint may speak of them. */
export type GeneralName =
  | { kind: "rfc822"; text: string }
  | { kind: "smtp-utf8"; text: string }
  | { kind: "dns"; text: string }
  | { kind: "uri"; text: string }
  /** Four or sixteen octets; in a subtree twice as many, address and mask. */
  | { kind: "ip"; octets: Bytes }
  | { kind: "directory"; name: DistinguishedName }
  | { kind: "registered-id"; oid: string }
  /** An otherName of a type that is not read here, by its type. */
  | { kind: "other-name"; type: string }
  | { kind: "other"; tag: number };

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

/** Reads one GeneralName. Throws `pki.malformed`. */
export function readGeneralName(tlv: Tlv): GeneralName {
  return readChoice(tlv, "name");
}

/** Reads the base of a GeneralSubtree, where an address has a mask beside it (RFC 5280 §4.2.1.10). Throws `pki.malformed`. */
export function readSubtreeBase(tlv: Tlv): GeneralName {
  const base = readChoice(tlv, "subtree");
  if (base.kind === "ip" && !isContiguous(base.octets.subarray(base.octets.length / 2))) refuse();
  return base;
}

/** Reads the content of GeneralNames, at least one. Throws `pki.malformed`. */
export function readGeneralNames(list: DerReader): GeneralName[] {
  const names = list.rest().map(readGeneralName);
  return names.length > 0 ? names : refuse();
}

/** Octets of an iPAddress: version 4 and 6. */
const ADDRESS_LENGTHS = { name: [4, 16], subtree: [8, 32] };

function readChoice(tlv: Tlv, use: "name" | "subtree"): GeneralName {
  switch (tlv.tag) {
    case contextTag(0):
      return readOtherName(tlv, use);
    case contextTag(1, "primitive"):
      return { kind: "rfc822", text: asciiOf(tlv) };
    case contextTag(2, "primitive"):
      return { kind: "dns", text: asciiOf(tlv) };
    case contextTag(4): {
      const reader = new DerReader(tlv.content);
      const name = readName(reader.next(TAG.sequence));
      reader.end();
      return { kind: "directory", name };
    }
    case contextTag(6, "primitive"):
      return { kind: "uri", text: asciiOf(tlv) };
    case contextTag(7, "primitive"):
      return ADDRESS_LENGTHS[use].includes(tlv.content.length) ? { kind: "ip", octets: tlv.content } : refuse();
    case contextTag(8, "primitive"):
      return { kind: "registered-id", oid: oidOf({ ...tlv, tag: TAG.oid }) };
    case contextTag(3):
    case contextTag(5):
      return { kind: "other", tag: tlv.tag };
    default:
      return refuse();
  }
}

/** IA5String under an implicit tag. */
function asciiOf(tlv: Tlv): string {
  return tlv.content.some((octet) => octet >= 0x80) ? refuse() : latin1(tlv.content);
}

/** Only SmtpUTF8Mailbox (RFC 9598 §3) is read among the other names. */
function readOtherName(tlv: Tlv, use: "name" | "subtree"): GeneralName {
  const reader = new DerReader(tlv.content);
  const type = oidOf(reader.next(TAG.oid));
  // A constraint speaks of the type; what stands behind it is not compared, so it need not be understood.
  if (use === "subtree") return { kind: "other-name", type };
  const value = reader.enter(contextTag(0));
  reader.end();
  // What is no UTF8String is no address; a constraint on addresses still speaks of it.
  if (type !== OID.smtpUtf8Mailbox || value.peek() !== TAG.utf8String) return { kind: "other-name", type };
  const text = textOf(value.next(TAG.utf8String));
  value.end();
  return text === null ? refuse() : { kind: "smtp-utf8", text };
}

/** Ones, then zeros (RFC 4632 §3.1): another mask would name addresses that nobody meant. */
function isContiguous(mask: Bytes): boolean {
  return /^1*0*$/.test(Array.from(mask, (octet) => octet.toString(2).padStart(8, "0")).join(""));
}
