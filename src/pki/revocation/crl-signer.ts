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
 * Whose lists are asked. `own`: those under the key that issued the certificate in question, and those of a CRL issuer that it
 * names. `other`: those under another key of its issuer, which count for what no own list speaks of.
 */
export type SignerKind = "own" | "other";

/**
 * Finds who signed a list: a certificate of the list's issuer, allowed to sign lists, whose key fits, and whose path ends in the
 * same anchor as that of the certificate in question (RFC 5280 §6.3.3 (f) and (g)). The name alone proves nothing, as anybody
 * under that anchor can give it: another key of the certificate's issuer has to come from the issuer or from who issued that, and
 * a CRL issuer's from an authority above the certificate. §6.2 leaves it to us to limit the paths that count.
 */
export async function findCrlSigner(inquiry: Inquiry, crl: Crl, path: readonly Certificate[], kind: SignerKind): Promise<CrlSigner> {
  if (inquiry.isOutdated(crl)) return { spki: null, code: "revocation.algorithm" };
  let code: Code = "revocation.signer";
  let fitting: Certificate["spki"] | null = null;
  const direct = sameName(crl.issuer, (path[0] as Certificate).issuer);
  const issuerKey = (path[1] as Certificate).spki;
  for (const candidate of candidates(inquiry, crl, path)) {
    const own = !direct || equal(candidate.spki, issuerKey);
    if (own !== (kind === "own")) continue;
    // Once a key fits no other does; several certificates may hold it.
    if (fitting !== null && !equal(fitting, candidate.spki)) continue;
    const verdict = await inquiry.verify(crl, candidate.spki);
    if (verdict === "unknown") code = "revocation.algorithm";
    if (verdict !== "valid") continue;
    fitting = candidate.spki;
    const standing = await standingOf(inquiry, candidate, path, !direct ? path.slice(1) : own ? null : issuersAround(path));
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

/** The authority that issued the certificate in question, under each of its keys in the path, and who issued that one's. */
function issuersAround(path: readonly Certificate[]): Certificate[] {
  const [, issuer, ...above] = path as [Certificate, Certificate, ...Certificate[]];
  const end = above.findIndex(({ subject }) => !sameName(subject, issuer.subject));
  return [issuer, ...(end < 0 ? above : above.slice(0, end + 1))];
}

/**
 * Whether a signer's certificate is good itself. Those above the certificate in question have, or are, their own answer;
 * another one needs a path to the same anchor and an answer for each certificate of it.
 * @param issuers with whose keys it must have been issued; null where it may be by anybody
 */
async function standingOf(
  inquiry: Inquiry,
  signer: Certificate,
  path: readonly Certificate[],
  issuers: readonly Certificate[] | null,
): Promise<"good" | "circular" | Code> {
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
  const vouching = found[1];
  if (issuers !== null && (vouching === undefined || !issuers.some(({ spki }) => equal(spki, vouching.spki)))) return "revocation.signer";
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
