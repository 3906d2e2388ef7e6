import { type Bytes, equal } from "../base/bytes.ts";
import { serialOf } from "../pki/der-values.ts";
import { type BerElement, malformed } from "./ber.ts";
import { toDer } from "./ber-to-der.ts";
import { Fields } from "./fields.ts";
import { asCms } from "./values.ts";

/** How CMS names the holder of a key (RFC 5652 §5.3, §6.2): issuer name (DER) and serial number (hex), or a key identifier. */
export type HolderIdentifier = { kind: "issuer-and-serial"; issuer: Bytes; serial: string } | { kind: "key-identifier"; keyIdentifier: Bytes };

/** Reads IssuerAndSerialNumber; `tag` where an implicit tag replaced SEQUENCE. Throws `cms.malformed`. */
export function readIssuerAndSerial(element: BerElement, tag = 0x30): HolderIdentifier {
  const fields = new Fields(element, tag);
  const issuer = toDer(fields.next(0x30));
  const serial = asCms(() => serialOf(fields.next(0x02)));
  fields.end();
  return { kind: "issuer-and-serial", issuer, serial };
}

/** Reads SignerIdentifier or RecipientIdentifier: issuer and serial, or [0] a key identifier. Throws `cms.malformed`. */
export function readHolder(element: BerElement): HolderIdentifier {
  if (element.tag === 0x30) return readIssuerAndSerial(element);
  if ((element.tag & ~0x20) === 0x80) return { kind: "key-identifier", keyIdentifier: element.octets(0x80) };
  return malformed();
}

/** The facts of a certificate by which CMS can name it. */
export interface Holder {
  issuer: { der: Bytes };
  serial: string;
  subjectKeyIdentifier: Bytes | null;
}

/** Tells whether the identifier names this certificate. */
export function names(identifier: HolderIdentifier, certificate: Holder): boolean {
  switch (identifier.kind) {
    case "issuer-and-serial":
      return identifier.serial === certificate.serial && equal(identifier.issuer, certificate.issuer.der);
    case "key-identifier":
      return certificate.subjectKeyIdentifier !== null && equal(identifier.keyIdentifier, certificate.subjectKeyIdentifier);
  }
}
