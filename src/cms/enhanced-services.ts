import { type Bytes, fromUtf8, hex, latin1 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { countOf } from "../pki/der-values.ts";
import type { ReceiptRequest, SecurityLabel, SignedReceipt } from "../protocol/message-status.ts";
import { type BerElement, malformed, readBer } from "./ber.ts";
import { Fields } from "./fields.ts";
import { cmsLimits } from "./limits.ts";
import { asCms, readOid } from "./values.ts";

/*
 * Enhanced Security Services (RFC 2634), as far as a reader shows them: what a signer asked for and how he labelled his text.
 * The module's tags are implicit. What cannot be read breaks no signature: a wish is null then, and a label is one that nobody knows.
 */

/** Categories of one label: more are not shown (ub-security-categories of RFC 2634 §3.2 is 64). */
const MAX_CATEGORIES = 100;

/** A plain mail address: nothing in it can end it where it is shown, listed or written into a field. */
const ADDRESS = /^[^\s@<>(),;:"[\]\\\x80-\xff]+@[^\s@<>(),;:"[\]\\\x80-\xff]+$/;

/** Reads a ReceiptRequest (RFC 2634 §2.7); null if it is none, or one that asks for more than the limits allow: nothing of it is shortened. */
export function readReceiptRequest(value: BerElement): ReceiptRequest | null {
  return tolerant(() => {
    const fields = new Fields(value);
    const contentIdentifier = identifierOf(fields.next(0x04));
    const wanted = fields.next();
    const to = addressesOf(fields.next(0x30), cmsLimits.receiptsTo);
    fields.end();
    return { contentIdentifier, from: receiptsFrom(wanted), to };
  });
}

function receiptsFrom(wanted: BerElement): ReceiptRequest["from"] {
  if (wanted.tag === 0xa1) return addressesOf(wanted, cmsLimits.receiptsFrom);
  if (wanted.tag !== 0x80 || wanted.content.length !== 1) throw new SmimeError("cms.malformed");
  return wanted.content[0] === 0 ? "all" : "first-tier";
}

/** The mail addresses in a list of GeneralNames; names of other kinds are passed over. Throws `cms.malformed` beyond the limits. */
function addressesOf(list: BerElement, most: number): string[] {
  const addresses = list.children.flatMap((names) => names.children.filter(({ tag }) => tag === 0x81).map(({ content }) => addressOf(content)));
  if (list.children.length > most || addresses.length > most) malformed();
  return addresses;
}

/** An address that is shown, compared and perhaps written to: a part of it would be another one. */
function addressOf(content: Bytes): string {
  if (content.length > cmsLimits.receiptAddress) malformed();
  const address = latin1(content);
  return ADDRESS.test(address) ? address : malformed();
}

/** ContentIdentifier as lower-case hex. Throws `cms.malformed` beyond the limit. */
function identifierOf(element: BerElement): string {
  const octets = element.octets();
  return octets.length > cmsLimits.contentIdentifier ? malformed() : hex(octets);
}

/** Reads the msgSigDigest of a receipt (RFC 2634 §2.10); null if it is none. */
export function readMsgSigDigest(value: BerElement): Bytes | null {
  return tolerant(() => value.octets());
}

/** What is known of a label that cannot be read: that there is one, and it stops the text like any other. */
const UNREADABLE: SecurityLabel = { policy: "unreadable", classification: null, privacyMark: null, categories: [] };

/** Reads an ESSSecurityLabel (RFC 2634 §3.2), whose fields are a SET and so may come in any order; `unreadable` if it is none. */
export function readSecurityLabel(value: BerElement): SecurityLabel {
  const label = tolerant(() => {
    if (value.tag !== 0x31) throw new SmimeError("cms.malformed");
    const field = (...tags: number[]): BerElement | undefined => value.children.find(({ tag }) => tags.includes(tag));
    const policy = field(0x06);
    if (policy === undefined) throw new SmimeError("cms.malformed");
    const classification = field(0x02);
    const mark = field(0x13, 0x0c);
    const categories = field(0x31);
    return {
      policy: readOid(policy),
      classification: classification === undefined ? null : asCms(() => countOf(classification)),
      privacyMark: mark === undefined ? null : fromUtf8(mark.content).slice(0, 128),
      // SecurityCategory: [0] type, [1] value; the types alone say which rules would have to be known.
      categories: (categories?.children ?? []).slice(0, MAX_CATEGORIES).map((category) => oidOfImplicit(new Fields(category).next())),
    };
  });
  return label ?? UNREADABLE;
}

function oidOfImplicit({ content }: BerElement): string {
  return readOid(readBer(Uint8Array.of(0x06, content.length, ...content.subarray(0, 100))));
}

/** Reads the content of a signed receipt (RFC 2634 §2.8). Throws `cms.malformed`. */
export function readReceipt(content: Bytes): SignedReceipt {
  const fields = new Fields(readBer(content));
  asCms(() => countOf(fields.next(0x02)));
  const contentType = readOid(fields.next(0x06));
  const contentIdentifier = identifierOf(fields.next(0x04));
  const signature = fields.next(0x04).octets();
  if (signature.length > cmsLimits.signatureValue) malformed();
  fields.end();
  return { contentType, contentIdentifier, originatorSignature: hex(signature) };
}

function tolerant<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SmimeError) return null;
    throw error;
  }
}
