import type { Code } from "../base/codes/index.ts";
import { type Certificate, isSelfIssued } from "./certificate.ts";
import type { NameConstraints } from "./extensions.ts";
import { satisfies } from "./name-constraints.ts";
import { keyUsageAllows, meantForMail } from "./purpose.ts";
import { digestOfSignature } from "./verify-signature.ts";

export type PathPurpose = "sign" | "encrypt" | "any";

/** NIST SP 800-57 and RFC 8551 §4.1 (AL-07). */
const MIN_RSA_BITS = 2048;
const OUTDATED_DIGESTS = new Set(["md5", "sha1"]);

/**
 * Judges a path whose signatures fit, from the end entity to the anchor; the reason that says most comes first.
 * The anchor is held to the same rules but for its own signature: RFC 5280 §6.1 leaves that to whoever trusts it.
 */
export function judgePath(path: readonly Certificate[], at: Date, purpose: PathPurpose): Code {
  return (
    judgeAuthorities(path) ??
    judgeNames(path) ??
    judgeExtensions(path) ??
    judgeAlgorithms(path) ??
    judgePurpose(path, purpose) ??
    judgeDates(path, at) ??
    "ok"
  );
}

/** RFC 5280 §6.1.4 (k) to (n): CA flag, length of the path, key usage. */
function judgeAuthorities(path: readonly Certificate[]): Code | null {
  let allowed = Number.POSITIVE_INFINITY;
  const anchor = path.length - 1;
  for (let i = anchor; i > 0; i--) {
    const authority = path[i] as Certificate;
    // An anchor of version 1 cannot say that it is an authority; its being trusted here says it.
    const flagged = authority.basicConstraints?.ca === true || (i === anchor && authority.version === 1);
    if (!flagged) return "pki.not-a-ca";
    if (authority.keyUsage !== null && !authority.keyUsage.has("keyCertSign")) return "pki.key-usage";
    if (i < anchor && !isSelfIssued(authority) && --allowed < 0) return "pki.path-length";
    allowed = Math.min(allowed, authority.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY);
  }
  return null;
}

/** RFC 5280 §6.1.3 (b) and (c): each authority's constraints hold for all below it, self-issued authorities aside. */
function judgeNames(path: readonly Certificate[]): Code | null {
  const constraints: NameConstraints[] = [];
  for (let i = path.length - 1; i >= 0; i--) {
    const certificate = path[i] as Certificate;
    const examined = i === 0 || !isSelfIssued(certificate);
    if (examined && !constraints.every((each) => satisfies(certificate, each))) return "pki.name-constraints";
    if (certificate.nameConstraints !== null) constraints.push(certificate.nameConstraints);
  }
  return null;
}

function judgeExtensions(path: readonly Certificate[]): Code | null {
  return path.some((certificate) => certificate.criticalUnknown.length > 0) ? "pki.critical-extension" : null;
}

function judgeAlgorithms(path: readonly Certificate[]): Code | null {
  const weak = path.some((certificate) => certificate.keyAlgorithm.startsWith("rsa") && certificate.keyBits < MIN_RSA_BITS);
  if (weak) return "pki.weak-key";
  const outdated = path.slice(0, -1).some((certificate) => OUTDATED_DIGESTS.has(digestOfSignature(certificate.signatureAlgorithm) ?? ""));
  return outdated ? "pki.algorithm" : null;
}

/** RFC 8550 §4.4.2 and §4.4.4; extended key usage on an authority limits what is below it, as all implementations have it. */
function judgePurpose(path: readonly Certificate[], purpose: PathPurpose): Code | null {
  if (purpose === "any") return null;
  if (!keyUsageAllows(path[0] as Certificate, purpose)) return "pki.key-usage";
  return path.every(meantForMail) ? null : "pki.extended-key-usage";
}

function judgeDates(path: readonly Certificate[], at: Date): Code | null {
  if (path.some((certificate) => certificate.notAfter < at)) return "pki.expired";
  return path.some((certificate) => certificate.notBefore > at) ? "pki.not-yet-valid" : null;
}
