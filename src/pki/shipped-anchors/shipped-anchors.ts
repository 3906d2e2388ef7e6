import { decodeBase64 } from "../../base/base64.ts";
import { type Certificate, parseCertificate } from "../certificate.ts";
import { shippedCertificates } from "./anchors.ts";
import { issuedUntil } from "./distrust-after.ts";

/** An authority that Mailseal brings along, and until when its end entities are believed. */
export interface ShippedAnchor {
  certificate: Certificate;
  sha256: string;
  issuedUntil?: Date | undefined;
}

let read: readonly ShippedAnchor[] | null = null;

/**
 * The authorities that Mozilla trusts for mail (docs/trust-anchors.md), read at the first call. They are 130 KB: background
 * and command line alone import them.
 */
export function shippedAnchors(): readonly ShippedAnchor[] {
  read ??= shippedCertificates.map(({ sha256, der }) => ({ certificate: parseCertificate(decodeBase64(der)), sha256, issuedUntil: issuedUntil.get(sha256) }));
  return read;
}
