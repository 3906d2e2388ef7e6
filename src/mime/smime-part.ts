import { asciiLower } from "./ascii.ts";
import type { MimeEntity } from "./entity.ts";

export type SmimeKind = "multipart-signed" | "pkcs7-mime" | "pkcs7-signature";

/**
 * Tells which form of S/MIME an entity claims to be (RFC 8551 §3.10, RD-01); null for none. A file name's suffix counts
 * only for `application/octet-stream` and never against a stated type. What is inside is decided by the CMS type.
 */
export function smimeKind(entity: MimeEntity): SmimeKind | null {
  switch (entity.type) {
    case "multipart/signed":
      return isPkcs7Signed(entity) ? "multipart-signed" : null;
    case "application/pkcs7-mime":
    case "application/x-pkcs7-mime":
      return "pkcs7-mime";
    case "application/pkcs7-signature":
    case "application/x-pkcs7-signature":
      return "pkcs7-signature";
    case "application/octet-stream":
      return kindOfSuffix(entity);
    default:
      return null;
  }
}

function isPkcs7Signed(entity: MimeEntity): boolean {
  const protocol = asciiLower(entity.parameters.get("protocol") ?? "").trim();
  if (protocol !== "") return /^application\/(x-)?pkcs7-signature$/.test(protocol);
  // `protocol` is required; without it the signature's own type speaks.
  return isSignedPair(entity);
}

/** RFC 1847 §2.1: exactly two parts, the second one the signature. A third one could be shown as if it were signed. */
export function isSignedPair({ children }: MimeEntity): boolean {
  const signature = children[1];
  return children.length === 2 && signature !== undefined && smimeKind(signature) === "pkcs7-signature";
}

function kindOfSuffix(entity: MimeEntity): SmimeKind | null {
  for (const name of [entity.parameters.get("name"), entity.disposition?.filename]) {
    const suffix = /\.(p7[mscz])$/.exec(asciiLower((name ?? "").trim()))?.[1];
    if (suffix) return suffix === "p7s" ? "pkcs7-signature" : "pkcs7-mime";
  }
  return null;
}
