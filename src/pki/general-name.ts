import { latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, type Tlv, contextTag } from "./der-reader.ts";
import { oidOf, textOf } from "./der-values.ts";
import { type DistinguishedName, readName } from "./name.ts";
import { OID } from "./oids.ts";

/** A GeneralName (RFC 5280 §4.2.1.6) as far as mail needs it; `other` keeps its tag, because a constraint may speak of it. */
export type GeneralName =
  | { kind: "rfc822"; text: string }
  | { kind: "smtp-utf8"; text: string }
  | { kind: "directory"; name: DistinguishedName }
  | { kind: "other"; tag: number };

/** Reads one GeneralName. Throws `pki.malformed`. */
export function readGeneralName(tlv: Tlv): GeneralName {
  switch (tlv.tag) {
    case contextTag(0):
      return readOtherName(tlv);
    case contextTag(1, "primitive"):
      if (tlv.content.some((octet) => octet >= 0x80)) throw new SmimeError("pki.malformed");
      return { kind: "rfc822", text: latin1(tlv.content) };
    case contextTag(4): {
      const reader = new DerReader(tlv.content);
      const name = readName(reader.next(TAG.sequence));
      reader.end();
      return { kind: "directory", name };
    }
    default:
      if ((tlv.tag & 0xc0) !== 0x80) throw new SmimeError("pki.malformed");
      return { kind: "other", tag: tlv.tag };
  }
}

/** Only SmtpUTF8Mailbox (RFC 9598 §3) is read among the other names. */
function readOtherName(tlv: Tlv): GeneralName {
  const reader = new DerReader(tlv.content);
  const type = oidOf(reader.next(TAG.oid));
  const value = reader.enter(contextTag(0));
  reader.end();
  if (type !== OID.smtpUtf8Mailbox) return { kind: "other", tag: tlv.tag };
  const text = textOf(value.next(TAG.utf8String));
  value.end();
  if (text === null) throw new SmimeError("pki.malformed");
  return { kind: "smtp-utf8", text };
}
