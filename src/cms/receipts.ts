import { type Bytes, utf8 } from "../base/bytes.ts";
import { derInteger, derOctetString, derOid, derSequence, derSetOf, derTaggedPrimitive } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";

/*
 * What is written for signed receipts (RFC 2634 §2); `enhanced-services.ts` reads it. Attributes are complete: type and one value, DER.
 */

/** ReceiptRequest (§2.7) that asks everybody who reads the message for a receipt to one address. */
export function receiptRequestAttribute(contentIdentifier: Bytes, to: string): Bytes {
  const allReceipts = derTaggedPrimitive(0, Uint8Array.of(0));
  const receiptsTo = derSequence(derSequence(derTaggedPrimitive(1, utf8(to))));
  return attribute(OID["id-smime-aa-receiptRequest"], derSequence(derOctetString(contentIdentifier), allReceipts, receiptsTo));
}

/** What a receipt repeats of the signature that it confirms. */
export interface ReceiptInput {
  /** Dotted identifier from the original's content-type attribute. */
  contentType: string;
  contentIdentifier: Bytes;
  /** The original's signature value. */
  signature: Bytes;
}

/** Receipt (§2.8), DER: the octets that a signed receipt signs, in no MIME (§2.4 step 9). */
export function buildReceipt({ contentType, contentIdentifier, signature }: ReceiptInput): Bytes {
  return derSequence(derInteger(1), derOid(contentType), derOctetString(contentIdentifier), derOctetString(signature));
}

/** The digest of the original's signed attributes (§2.10): for the signature of a receipt and for nothing else. */
export function msgSigDigestAttribute(digest: Bytes): Bytes {
  return attribute(OID["id-smime-aa-msgSigDigest"], derOctetString(digest));
}

/** ContentHints (§2.9) without a description: says from outside an encryption what is in it. */
export function contentHintsAttribute(contentType: string): Bytes {
  return attribute(OID["id-smime-aa-contentHint"], derSequence(derOid(contentType)));
}

function attribute(type: string, value: Bytes): Bytes {
  return derSequence(derOid(type), derSetOf(value));
}
