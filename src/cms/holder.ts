import { type Bytes, fromHex } from "../base/bytes.ts";
import { derInteger, derSequence, derTaggedPrimitive } from "../pki/der.ts";
import type { Certificate } from "../pki/certificate.ts";

type Named = Pick<Certificate, "issuer" | "serial" | "subjectKeyIdentifier">;

/** The two elements of IssuerAndSerialNumber (RFC 5652 §10.2.4), DER. */
export function issuerAndSerialOf(certificate: Pick<Certificate, "issuer" | "serial">): [Bytes, Bytes] {
  return [certificate.issuer.der, derInteger(fromHex(certificate.serial))];
}

/** SignerIdentifier and RecipientIdentifier by issuer and serial. */
export function issuerAndSerial(certificate: Named): Bytes {
  return derSequence(...issuerAndSerialOf(certificate));
}

/** SignerIdentifier and RecipientIdentifier by [0] key identifier; null if the certificate has none. */
export function keyIdentifier(certificate: Named): Bytes | null {
  return certificate.subjectKeyIdentifier === null ? null : derTaggedPrimitive(0, certificate.subjectKeyIdentifier);
}
