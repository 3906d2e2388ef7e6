import { type Bytes, copy, equal, hex } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, readAlgorithm } from "./algorithm.ts";
import { certificateBlobs } from "./certificate-file.ts";
import { DerReader, TAG, contextTag, readSingle } from "./der-reader.ts";
import { bitStringOctets, countOf, serialOf, timeOf } from "./der-values.ts";
import { type CertificateExtensions, readExtensions } from "./extensions.ts";
import { type Mailbox, mailboxesOf } from "./mailboxes.ts";
import { type DistinguishedName, readName, sameName } from "./name.ts";
import { readPublicKey } from "./public-key.ts";

export { certificateFacts } from "./certificate-facts.ts";

/** A certificate of RFC 5280, read once; nothing in it is trusted for being here. */
export interface Certificate extends CertificateExtensions {
  der: Bytes;
  /** What the issuer signed, DER. */
  tbs: Bytes;
  version: 1 | 2 | 3;
  /** Lower-case hexadecimal of whole octets. */
  serial: string;
  issuer: DistinguishedName;
  subject: DistinguishedName;
  notBefore: Date;
  notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  spki: Bytes;
  /** OpenSSL's name of the key's kind: `rsaEncryption`, `rsassaPss`, `id-ecPublicKey`, `ED25519`, `X25519`, … */
  keyAlgorithm: string;
  /** The named curve of an EC key, OpenSSL's name; null for other keys. */
  keyCurve: string | null;
  /** RSA modulus or curve size; 0 if not known here. */
  keyBits: number;
  signatureAlgorithm: Algorithm;
  signature: Bytes;
  /** Addresses with the form in which the certificate names them (AD-01). */
  mailboxes: Mailbox[];
  /** The same as bare addresses, each once, those of subjectAltName first. */
  addresses: string[];
  /** Lower-case hexadecimal SHA-256 of the certificate. */
  sha256(): Promise<string>;
}

/** Certificates are a few KiB; one with thousands of names is an attack or a mistake. */
const MAX_LENGTH = 65536;

/** Reads one DER certificate (RFC 5280 §4.1). Throws `pki.malformed`. */
export function parseCertificate(input: Uint8Array): Certificate {
  if (input.length > MAX_LENGTH) throw new SmimeError("pki.malformed");
  const der = copy(input);
  const outer = new DerReader(readSingle(der, TAG.sequence).content);
  const tbs = outer.next(TAG.sequence);
  const signatureAlgorithm = readAlgorithm(outer.next(TAG.sequence));
  const signature = bitStringOctets(outer.next(TAG.bitString));
  outer.end();

  const fields = new DerReader(tbs.content);
  const version = readVersion(fields.enterOptional(contextTag(0)));
  const serial = serialOf(fields.next(TAG.integer));
  const inner = fields.next(TAG.sequence);
  const issuer = readName(fields.next(TAG.sequence));
  const validity = fields.enter();
  const notBefore = timeOf(validity.next());
  const notAfter = timeOf(validity.next());
  validity.end();
  const subject = readName(fields.next(TAG.sequence));
  const spki = fields.next(TAG.sequence).raw;
  fields.optional(contextTag(1, "primitive"));
  fields.optional(contextTag(2, "primitive"));
  const list = fields.enterOptional(contextTag(3));
  const extensions = readExtensions(list?.enter() ?? null);
  list?.end();
  fields.end();
  // RFC 5280 §4.1.1.2: both fields name the same algorithm, else the one outside would be unsigned.
  if (!equal(inner.raw, signatureAlgorithm.der) || (list !== null && version !== 3)) throw new SmimeError("pki.malformed");

  const key = readPublicKey(spki);
  const mailboxes = mailboxesOf(subject, extensions.subjectAltName);
  return {
    ...extensions,
    der,
    tbs: tbs.raw,
    version,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    spki,
    keyAlgorithm: key.algorithm.name,
    keyCurve: key.curve,
    keyBits: key.bits,
    signatureAlgorithm,
    signature,
    mailboxes,
    addresses: mailboxes.map((mailbox) => mailbox.address),
    sha256: async () => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", der))),
  };
}

function readVersion(field: DerReader | null): 1 | 2 | 3 {
  if (field === null) return 1;
  const version = countOf(field.next(TAG.integer)) + 1;
  field.end();
  // DER leaves a default out, so version 1 is never written.
  if (version !== 2 && version !== 3) throw new SmimeError("pki.malformed");
  return version;
}

/** Reads the certificates of a .cer, .pem, .p7b or .p7c file; those that cannot be read are left out. Throws `pki.malformed` if none can. */
export function certificatesOf(file: Uint8Array): Certificate[] {
  const certificates = certificateBlobs(file).flatMap((blob) => {
    try {
      return [parseCertificate(blob)];
    } catch (error) {
      if (error instanceof SmimeError) return [];
      throw error;
    }
  });
  if (certificates.length === 0) throw new SmimeError("pki.malformed");
  return certificates;
}

/** Tells whether a certificate is named as its own issuer (RFC 5280 §3.2: self-issued); its signature is not looked at. */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.issuer, certificate.subject);
}
