import type { Bytes } from "../base/bytes.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { derElement, derOctetString, derOid, derSequence, derSetOf, derTagged, derTime } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { type Capability, writeCapabilities } from "./capabilities.ts";
import { issuerAndSerialOf } from "./holder.ts";

export interface AttributesInput {
  /** Digest of the content, of the length that `digestName` has. */
  digest: Bytes;
  digestName: DigestName;
  /** Dotted identifier of what is signed; id-data for mail. */
  contentType: string;
  signingTime: Date;
  /** The signer's certificate, DER. */
  certificate: Bytes;
  /** The certificate to encrypt to, DER; null if it is the signer's own or there is none. */
  encryptionCertificate: Bytes | null;
  /** What is announced, best first; empty leaves the attribute out. See `ownCapabilities`. */
  capabilities: readonly Capability[];
  /** Further attributes of enhanced services (`receipts.ts`), complete, DER. */
  services?: readonly Bytes[];
}

const digestLengths: Record<DigestName, number> = { sha256: 32, sha384: 48, sha512: 64 };

/**
 * Builds the signed attributes of one SignerInfo (CP-01): content-type, message-digest, signing-time, and as given capabilities and
 * key preference, and signing-certificate-v2, then what `services` adds.
 * The answer is their DER with the SET OF tag: exactly the octets to sign (RFC 5652 §5.4). Throws `pki.malformed`; `RangeError` for a digest of another length.
 */
export async function buildSignedAttributes(input: AttributesInput): Promise<Bytes> {
  if (input.digest.length !== digestLengths[input.digestName]) throw new RangeError("digest length");
  const certificate = parseCertificate(input.certificate);
  const attributes = [
    attribute(OID.contentType, derOid(input.contentType)),
    attribute(OID.messageDigest, derOctetString(input.digest)),
    attribute(OID.signingTime, derTime(input.signingTime)),
    attribute(OID["id-smime-aa-signingCertificateV2"], await signingCertificate(certificate)),
  ];
  if (input.capabilities.length > 0) attributes.push(attribute(OID.SMIMECapabilities, writeCapabilities(input.capabilities)));
  if (input.encryptionCertificate !== null) {
    attributes.push(attribute(OID["id-smime-aa-encrypKeyPref"], keyPreference(parseCertificate(input.encryptionCertificate))));
  }
  return derSetOf(...attributes, ...(input.services ?? []));
}

function attribute(type: string, value: Bytes): Bytes {
  return derSequence(derOid(type), derSetOf(value));
}

/** SMIMEEncryptionKeyPreference (RFC 8551 §2.5.3): [0] IMPLICIT IssuerAndSerialNumber. */
function keyPreference(certificate: Certificate): Bytes {
  return derTagged(0, ...issuerAndSerialOf(certificate));
}

/** SigningCertificateV2 with one entry (RFC 5035 §3): SHA-256, which is the default and so not written, and issuerSerial. */
async function signingCertificate(certificate: Certificate): Promise<Bytes> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate.der));
  const [issuer, serial] = issuerAndSerialOf(certificate);
  const directoryName = derElement(0xa4, issuer);
  const entry = derSequence(derOctetString(hash), derSequence(derSequence(directoryName), serial));
  return derSequence(derSequence(entry));
}
