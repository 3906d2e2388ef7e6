import { type Bytes, equal } from "../../base/bytes.ts";
import type { Certificate } from "../certificate.ts";
import { DerReader, TAG, contextTag } from "../der-reader.ts";
import { sameName } from "../name.ts";
import { readPublicKey } from "../public-key.ts";
import { shortestSerial } from "./entry-serial.ts";
import type { CertificateId } from "./ocsp-single.ts";

/** Digests that name an issuer (RFC 6960 §4.3 and later practice). Nobody gains by a collision: the answer's signature binds it. */
const DIGESTS: Record<string, string> = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

/** Contents octets of a certificate's serial number as they stand in it. */
export function writtenSerial(certificate: Certificate): Bytes {
  const fields = new DerReader(certificate.tbs).enter();
  fields.optional(contextTag(0));
  return fields.next(TAG.integer).content;
}

/** The same in shortest form, to compare with. */
export function serialOctets(certificate: Certificate): Bytes {
  return shortestSerial(writtenSerial(certificate));
}

/** Tells whether an answer is about this certificate of this issuer: name, key and number, by whatever digest it uses. */
export async function isAbout(id: CertificateId, certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const digest = DIGESTS[id.digest.name];
  if (digest === undefined || !sameName(certificate.issuer, issuer.subject) || !equal(id.serial, serialOctets(certificate))) return false;
  const key = readPublicKey(issuer.spki).key;
  // RFC 6960 §4.1.1: the name as it stands in the certificate that is asked about.
  return (await isDigestOf(digest, id.issuerNameHash, certificate.issuer.der)) && isDigestOf(digest, id.issuerKeyHash, key);
}

/** Tells whether a KeyHash (SHA-1 of the key's octets, RFC 6960 §4.2.1) is this certificate's. */
export function isKeyHashOf(keyHash: Bytes, certificate: Certificate): Promise<boolean> {
  return isDigestOf("SHA-1", keyHash, readPublicKey(certificate.spki).key);
}

async function isDigestOf(digest: string, value: Bytes, octets: Bytes): Promise<boolean> {
  return equal(value, new Uint8Array(await crypto.subtle.digest(digest, octets)));
}
