import { equal } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import type { Certificate } from "../certificate.ts";
import { sameName } from "../name.ts";
import { validatePath } from "../path.ts";
import type { Crl } from "./crl.ts";
import { type Inquiry, keyOf } from "./inquiry.ts";
import { answerFor } from "./status.ts";

/** The key that signed a list, or why nobody may have. `circular`: its certificate is vouched for by what it signs. */
export type CrlSigner = { spki: Certificate["spki"]; circular: boolean; code: null } | { spki: null; code: Code };

/**
 * Finds who signed a list: a certificate of the list's issuer, allowed to sign lists, whose key fits, and whose path ends in the
 * same anchor as that of the certificate in question (RFC 5280 §6.3.3 (f) and (g)).
 */
export async function findCrlSigner(inquiry: Inquiry, crl: Crl, path: readonly Certificate[]): Promise<CrlSigner> {
  if (inquiry.isOutdated(crl)) return { spki: null, code: "revocation.algorithm" };
  let code: Code = "revocation.signer";
  let fitting: Certificate["spki"] | null = null;
  for (const candidate of candidates(inquiry, crl, path)) {
    // Once a key fits no other does; several certificates may hold it.
    if (fitting !== null && !equal(fitting, candidate.spki)) continue;
    const verdict = await inquiry.verify(crl, candidate.spki);
    if (verdict === "unknown") code = "revocation.algorithm";
    if (verdict !== "valid") continue;
    fitting = candidate.spki;
    const standing = await standingOf(inquiry, candidate, path);
    if (standing === "good" || standing === "circular") return { spki: candidate.spki, circular: standing === "circular", code: null };
    code = standing;
  }
  return { spki: null, code };
}

/** Certificates of the list's issuer that may sign lists (RFC 5280 §4.2.1.3), the path's own first, then by key identifier. */
function candidates(inquiry: Inquiry, crl: Crl, path: readonly Certificate[]): Certificate[] {
  const rank = (certificate: Certificate): number => {
    const { subjectKeyIdentifier } = certificate;
    const fits = crl.authorityKeyIdentifier === null || subjectKeyIdentifier === null || equal(crl.authorityKeyIdentifier, subjectKeyIdentifier);
    return (fits ? 0 : 2) + (path.includes(certificate) ? 0 : 1);
  };
  return [...path.slice(1), ...inquiry.request.path, ...inquiry.request.certificates]
    .filter((certificate) => sameName(certificate.subject, crl.issuer) && (certificate.keyUsage === null || certificate.keyUsage.has("cRLSign")))
    .toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Whether a signer's certificate is good itself. Those above the certificate in question have, or are, their own answer;
 * another one needs a path to the same anchor and an answer for each certificate of it.
 */
async function standingOf(inquiry: Inquiry, signer: Certificate, path: readonly Certificate[]): Promise<"good" | "circular" | Code> {
  if (path.slice(1).some((certificate) => equal(certificate.der, signer.der))) return "good";
  if (inquiry.open.includes(keyOf(signer))) return "circular";
  inquiry.spendStanding();
  const { path: found, code } = await validatePath({
    leaf: signer,
    others: [...inquiry.request.path, ...inquiry.request.certificates],
    anchors: [inquiry.anchor],
    at: inquiry.request.at,
    purpose: "any",
  });
  if (code !== "ok") return "revocation.signer";
  for (let i = 0; i < found.length - 1; i++) {
    const member = found[i] as Certificate;
    if (path.slice(1).some((certificate) => equal(certificate.der, member.der))) break;
    if (inquiry.open.includes(keyOf(member))) return "circular";
    const { state } = await answerFor(inquiry, found.slice(i));
    if (state === "revoked") return "revocation.signer";
    if (state === "unreachable") return "revocation.signer-unchecked";
  }
  return "good";
}
