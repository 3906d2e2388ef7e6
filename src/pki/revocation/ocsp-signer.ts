import type { Code } from "../../base/codes/index.ts";
import { equal } from "../../base/bytes.ts";
import { type Certificate, parseCertificate } from "../certificate.ts";
import { sameName } from "../name.ts";
import { OID } from "../oids.ts";
import { ordinaryAlgorithms } from "../path-inputs.ts";
import { breaksProfile } from "../profile.ts";
import { type Inquiry, keyOf } from "./inquiry.ts";
import { isKeyHashOf } from "./ocsp-id.ts";
import type { OcspAnswer } from "./ocsp-response.ts";
import { namesSource } from "./sources.ts";
import { answerFor } from "./status.ts";

/**
 * Whether an answer is signed by who may speak for the issuer's certificates (RFC 6960 §4.2.2.2): the issuer itself, or a
 * responder to whom it issued a certificate for that. `ok`, or the reason why not.
 * @param path from the certificate in question to the anchor
 */
export async function judgeOcspSigner(inquiry: Inquiry, answer: OcspAnswer, path: readonly Certificate[]): Promise<Code> {
  if (inquiry.isOutdated(answer)) return "revocation.algorithm";
  const issuer = path[1] as Certificate;
  let code: Code = "revocation.signer";
  for (const signer of [issuer, ...delegates(inquiry, answer, issuer)]) {
    if (!(await isResponder(answer, signer))) continue;
    const verdict = await inquiry.verify(answer, signer.spki);
    if (verdict === "unknown") code = "revocation.algorithm";
    if (verdict !== "valid") continue;
    const standing = signer === issuer ? "ok" : await standingOf(inquiry, signer, path);
    if (standing === "ok") return "ok";
    code = standing;
  }
  return code;
}

/** Certificates of the issuer for answering, and nothing else that came along. */
function delegates(inquiry: Inquiry, answer: OcspAnswer, issuer: Certificate): Certificate[] {
  const along = answer.certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      return [];
    }
  });
  return [...along, ...inquiry.request.certificates].filter(
    (certificate) => sameName(certificate.issuer, issuer.subject) && certificate.extendedKeyUsage?.includes(OID.OCSPSigning) === true,
  );
}

async function isResponder({ responder }: OcspAnswer, signer: Certificate): Promise<boolean> {
  return "name" in responder ? sameName(responder.name, signer.subject) : isKeyHashOf(responder.keyHash, signer);
}

/** A delegate is held to the rules of RFC 6960 §4.2.2.2: issued by the issuer with the key that issued the certificate in question. */
async function standingOf(inquiry: Inquiry, signer: Certificate, path: readonly Certificate[]): Promise<Code> {
  const { at } = inquiry.request;
  const issuer = path[1] as Certificate;
  const issued = { tbs: signer.tbs, signatureAlgorithm: signer.signatureAlgorithm, signature: signer.signature };
  if (inquiry.isOutdated(issued) || isWeak(signer)) return "revocation.algorithm";
  if ((await inquiry.verify(issued, issuer.spki)) !== "valid" || signer.notBefore > at || signer.notAfter < at) return "revocation.signer";
  if (signer.criticalUnknown.length > 0 || breaksProfile(signer) || signer.keyUsage?.has("digitalSignature") === false) return "revocation.signer";
  // §4.2.2.2.1: its issuer vouches for it for as long as it lasts.
  if (signer.all.has(OID.noCheck)) return "ok";
  // It cannot vouch for itself, nor for who is to vouch for it.
  if (inquiry.open.includes(keyOf(signer)) || path.some((certificate) => equal(certificate.der, signer.der))) return "revocation.signer-unchecked";
  inquiry.spendStanding();
  const { state } = await answerFor(inquiry, [signer, ...path.slice(1)]);
  if (state === "revoked") return "revocation.signer";
  // The same section leaves it to the reader whether a responder is asked about that names no place to ask: it is not.
  return state === "unreachable" && namesSource(signer) ? "revocation.signer-unchecked" : "ok";
}

/** No path is judged for a delegate, so that its key is measured here as those of paths are. */
function isWeak({ keyAlgorithm, keyBits }: Certificate): boolean {
  return keyBits === 0 || (keyAlgorithm.startsWith("rsa") && keyBits < ordinaryAlgorithms.minRsaBits);
}
