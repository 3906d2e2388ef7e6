import { statesPurpose } from "./application-policies.ts";
import type { Certificate } from "./certificate.ts";
import { OID } from "./oids.ts";

/** Tells whether the key usage of an end entity, and the kind of its key, allow to verify its signatures or to encrypt to it (RFC 8550 §4.4.2). */
export function keyUsageAllows(certificate: Certificate, purpose: "sign" | "encrypt"): boolean {
  const allowed = usagesFor(certificate.keyAlgorithm, purpose);
  return allowed.length > 0 && (certificate.keyUsage === null || allowed.some((usage) => certificate.keyUsage?.has(usage)));
}

function usagesFor(keyAlgorithm: string, purpose: "sign" | "encrypt") {
  if (purpose === "sign") {
    return keyAlgorithm === "X25519" || keyAlgorithm === "X448" ? [] : (["digitalSignature", "nonRepudiation"] as const);
  }
  switch (keyAlgorithm) {
    case "rsaEncryption":
    case "rsaesOaep":
      return ["keyEncipherment"] as const;
    case "id-ecPublicKey":
    case "X25519":
    case "X448":
      return ["keyAgreement"] as const;
    default:
      return [];
  }
}

/**
 * Tells whether extended key usage, where there is one, includes a purpose or any (RFC 5280 §4.2.1.12), and Microsoft's
 * application policies, where they stand, do so too: of two statements neither widens the other.
 */
export function meantFor({ extendedKeyUsage, applicationPolicies }: Certificate, keyPurpose: string): boolean {
  return statesPurpose(extendedKeyUsage, keyPurpose) && statesPurpose(applicationPolicies, keyPurpose);
}

/** Tells whether extended key usage and application policies, where there are any, include mail (RFC 8550 §4.4.4). */
export function meantForMail(certificate: Certificate): boolean {
  return meantFor(certificate, OID.emailProtection);
}

/** Both together: what a certificate says that it may be used for, before any path is looked at. */
export function usableFor(certificate: Certificate, purpose: "sign" | "encrypt"): boolean {
  return keyUsageAllows(certificate, purpose) && meantForMail(certificate);
}
