import type { CertificateFacts } from "../protocol/frame-requests.ts";
import type { Certificate } from "./certificate.ts";
import type { DistinguishedName } from "./name.ts";
import { usableFor } from "./purpose.ts";

const CURVE_NAMES: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };
const KEY_NAMES: Record<string, string> = { rsassaPss: "RSA-PSS", ED25519: "Ed25519", ED448: "Ed448" };

/** Kind and size of a certificate's key, for people. */
export function keyName(certificate: Certificate): string {
  const { keyAlgorithm, keyCurve, keyBits } = certificate;
  switch (keyAlgorithm) {
    case "rsaEncryption":
    case "rsaesOaep":
      return `RSA ${keyBits}`;
    case "rsassaPss":
      return `RSA-PSS ${keyBits}`;
    case "id-ecPublicKey":
      return `EC ${CURVE_NAMES[keyCurve ?? ""] ?? keyCurve ?? ""}`.trim();
    default:
      return KEY_NAMES[keyAlgorithm] ?? keyAlgorithm;
  }
}

/** The name to show: the common name, else what stands in its place, else the whole. */
function shownName(name: DistinguishedName, otherwise: string | undefined): string {
  return name.commonName ?? otherwise ?? name.rfc4514;
}

/** What a person is told of a certificate; it says nothing about whether it can be trusted. */
export async function certificateFacts(certificate: Certificate, source: CertificateFacts["source"]): Promise<CertificateFacts> {
  const organisation = certificate.issuer.rdns.flat().findLast((attribute) => attribute.oid === "2.5.4.10")?.text;
  return {
    subject: certificate.subject.rfc4514,
    name: shownName(certificate.subject, certificate.addresses[0]),
    addresses: certificate.addresses,
    issuer: certificate.issuer.rfc4514,
    issuerName: shownName(certificate.issuer, organisation ?? undefined),
    serial: certificate.serial,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    sha256: await certificate.sha256(),
    key: keyName(certificate),
    canSign: usableFor(certificate, "sign"),
    canEncrypt: usableFor(certificate, "encrypt"),
    source,
  };
}
