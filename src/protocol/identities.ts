import type { CertificateFacts } from "./frame-requests.ts";
import type { Protection } from "./unlock.ts";

/** Why an own key is not used: the organisation asks for more than it has, or its card takes no PIN any more. */
export type Refused = "keys.protection-required" | "keys.card-only" | "keys.card-pin-locked";

export interface IdentityFacts {
  id: string;
  certificate: CertificateFacts;
  /** `ok`, or why the certificate does not validate now. */
  code: string;
  canSign: boolean;
  canDecrypt: boolean;
  /** Origins of the webmails it may be used in. */
  origins: string[];
  protection: Protection;
  /** Whether the key's octets are here, so that its protection can be changed, or only in the file that it came from, or nowhere but on its card. */
  octets: "here" | "file" | "card";
  /** `ok`, or why the key is not used whatever anybody types. */
  protectionCode: "ok" | Refused;
}

/** What is known of a key before it is imported: it is here with this certificate, or with another, which stays beside the new one. */
export interface KnownKey {
  state: "here" | "renewal";
  other: CertificateFacts | null;
}

export interface IdentityPreview {
  identities: { certificate: CertificateFacts; code: string; canSign: boolean; canDecrypt: boolean; known: KnownKey | null }[];
  /** The least protection that the organisation asks of keys for these addresses. */
  required: Protection;
  /** Authorities in the file that are not trusted yet; each may be trusted after its fingerprint was compared. */
  authorities: (CertificateFacts & { selfSigned: boolean; der: string })[];
}
