import { type Bytes, fromLatin1, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { domainToAscii } from "../mime/addresses.ts";
import { derBitString, derElement, derInteger, derOctetString, derOid, derSequence, derSetOf, derTagged, derTaggedPrimitive } from "../pki/der.ts";
import { TAG } from "../pki/der-reader.ts";
import { OID } from "../pki/oids.ts";

/** What a key is asked a certificate for: its signature, mail to its owner, or both. */
export type RequestedUse = "sign" | "encrypt" | "both";

/** What a certification request says. */
export interface RequestWish {
  /** Common name of the subject; empty: the address stands there. */
  name: string;
  address: string;
  /** SubjectPublicKeyInfo, DER. */
  spki: Bytes;
  use: RequestedUse;
  /** What the key does for who encrypts to it, which depends on its kind (RFC 5280 §4.2.1.3). */
  encryptsBy: "keyEncipherment" | "keyAgreement";
}

/** Bits of KeyUsage in the first octet. */
const USAGE = { digitalSignature: 0x80, keyEncipherment: 0x20, keyAgreement: 0x08 } as const;

const LONGEST_ADDRESS = 320;
/** RFC 5280 A.1, ub-common-name. */
const LONGEST_NAME = 64;

/**
 * Reads an address as a certificate names it: the local part as it is, the domain in lower-case A-labels. Throws `keys.address`.
 */
export function addressToCertify(typed: string): { local: string; domain: string } {
  const address = typed.trim();
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(at, 0));
  const domain = domainToAscii(address.slice(at + 1));
  const sound = address.length <= LONGEST_ADDRESS && /^[^\s"(),:;<>@[\\\]\p{C}\p{Z}]+$/u.test(local) && /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(domain);
  if (!sound || at < 1) throw new SmimeError("keys.address");
  return { local, domain };
}

/**
 * Writes a PKCS#10 request (RFC 2986) with the extensions that a mail certificate needs (RFC 8550 §4.4): who it is for, in
 * subjectAltName alone, what for, and for mail.
 * @param sign answers the signature over octets and its AlgorithmIdentifier, DER
 * @returns CertificationRequest, DER
 * @throws SmimeError `keys.address`
 */
export async function certificationRequest(wish: RequestWish, sign: (data: Bytes) => Promise<{ signature: Bytes; algorithm: Bytes }>): Promise<Bytes> {
  const { local, domain } = addressToCertify(wish.address);
  const extensions = derSequence(
    extension(OID.subjectAltName, false, derSequence(mailbox(local, domain))),
    extension(OID.keyUsage, true, keyUsage(wish)),
    extension(OID.extendedKeyUsage, false, derSequence(derOid(OID.emailProtection))),
  );
  const info = derSequence(
    derInteger(0),
    commonName(shownName(wish.name) || `${local}@${domain}`),
    wish.spki,
    derTagged(0, derSequence(derOid(OID.extensionRequest), derSetOf(extensions))),
  );
  const { signature, algorithm } = await sign(info);
  return derSequence(info, algorithm, derBitString(signature));
}

/** No line end or direction mark in a name that people at an authority read; cut at whole characters. */
function shownName(name: string): string {
  return [...name.replace(/\p{C}/gu, " ").trim().replace(/\s+/gu, " ")].slice(0, LONGEST_NAME).join("");
}

function commonName(text: string): Bytes {
  return derSequence(derSetOf(derSequence(derOid("2.5.4.3"), derElement(TAG.utf8String, utf8(text)))));
}

/** RFC 9598 §3: a local part outside ASCII, and no other, goes as SmtpUTF8Mailbox; in both forms the domain is in A-labels. */
function mailbox(local: string, domain: string): Bytes {
  const address = `${local}@${domain}`;
  if (/^[\x21-\x7e]+$/.test(local)) return derTaggedPrimitive(1, fromLatin1(address));
  return derTagged(0, derOid(OID.smtpUtf8Mailbox), derTagged(0, derElement(TAG.utf8String, utf8(address))));
}

function keyUsage({ use, encryptsBy }: RequestWish): Bytes {
  const bits = (use === "encrypt" ? 0 : USAGE.digitalSignature) | (use === "sign" ? 0 : USAGE[encryptsBy]);
  // X.690 §11.2.2: no zero bits at the end of named bits.
  let unused = 0;
  while (((bits >> unused) & 1) === 0) unused++;
  return derElement(TAG.bitString, Uint8Array.of(unused, bits));
}

function extension(oid: string, critical: boolean, value: Bytes): Bytes {
  return derSequence(derOid(oid), ...(critical ? [derElement(TAG.boolean, Uint8Array.of(0xff))] : []), derOctetString(value));
}
