import { encodeBase64 } from "../base/base64.ts";
import { hex } from "../base/bytes.ts";
import type { CertificateDetails } from "../protocol/certificates.ts";
import type { CertificateFacts } from "../protocol/frame-requests.ts";
import { type Certificate, certificateFacts } from "./certificate.ts";
import { OID } from "./oids.ts";

/** OpenSSL's names of the purposes that mail certificates have (RFC 5280 §4.2.1.12). */
const PURPOSES: Record<string, string> = {
  [OID.emailProtection]: "emailProtection",
  [OID.anyExtendedKeyUsage]: "anyExtendedKeyUsage",
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "1.3.6.1.5.5.7.3.3": "codeSigning",
  "1.3.6.1.5.5.7.3.8": "timeStamping",
  "1.3.6.1.5.5.7.3.9": "OCSPSigning",
};

/** What a certificate says, for a person who looks closely; nothing in it says whether it can be trusted. */
export async function certificateDetails(certificate: Certificate, source: CertificateFacts["source"]): Promise<Omit<CertificateDetails, "code" | "chain">> {
  const { version, signatureAlgorithm, keyUsage, extendedKeyUsage, basicConstraints, subjectKeyIdentifier } = certificate;
  return {
    facts: await certificateFacts(certificate, source),
    der: encodeBase64(certificate.der),
    version,
    signatureAlgorithm: signatureAlgorithm.name,
    keyUsage: keyUsage && [...keyUsage],
    extendedKeyUsage: extendedKeyUsage && extendedKeyUsage.map((oid) => PURPOSES[oid] ?? oid),
    authority: basicConstraints?.ca ? { pathLength: basicConstraints.pathLength } : null,
    subjectKeyIdentifier: subjectKeyIdentifier && hex(subjectKeyIdentifier),
    policies: certificate.certificatePolicies ?? [],
  };
}
