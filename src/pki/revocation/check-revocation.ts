import type { Code } from "../../base/codes/index.ts";
import type { Certificate } from "../certificate.ts";
import { type CertificateRevocation, NOT_ASKED, type RevocationAnswer, type RevocationState } from "./answer.ts";
import { Inquiry } from "./inquiry.ts";
import type { RevocationRequest } from "./request.ts";
import { answerFor } from "./status.ts";

export type { CertificateRevocation, RevocationAnswer, RevocationState } from "./answer.ts";
export type { RevocationRequest } from "./request.ts";

export interface RevocationVerdict {
  /** `ok`, `revocation.revoked`, or `revocation.unavailable` if an answer that is needed is missing. */
  code: Code;
  /** Of the path as a whole: revoked before unreachable, and else what is known of its first certificate. */
  state: RevocationState;
  /** The answer that makes it so. */
  deciding: RevocationAnswer;
  /** One for each certificate of the path, in its order; nobody is asked about the anchor. */
  certificates: CertificateRevocation[];
}

/**
 * Asks of each certificate of a validated path whether it was revoked, by the lists (RFC 5280 §6.3) and OCSP answers
 * (RFC 6960) at hand; nothing is fetched. The present counts: a date before or after a signature lends nothing (RV-03).
 * Never throws for bad lists, answers or certificates: the verdict's codes say it.
 */
export async function checkRevocation(request: RevocationRequest): Promise<RevocationVerdict> {
  const inquiry = new Inquiry(request);
  const certificates: CertificateRevocation[] = [];
  const last = request.path.length - 1;
  for (const [i, certificate] of request.path.entries()) {
    const answer = i === last ? NOT_ASKED : await answerFor(inquiry, request.path.slice(i));
    certificates.push({ certificate, ...answer });
  }
  return { ...summary(certificates), certificates };
}

function summary(certificates: CertificateRevocation[]): Omit<RevocationVerdict, "certificates"> {
  const revoked = certificates.find(({ state }) => state === "revoked");
  if (revoked) return { code: "revocation.revoked", state: "revoked", deciding: revoked };
  const open = certificates.find(({ state }) => state === "unreachable");
  if (open) return { code: "revocation.unavailable", state: "unreachable", deciding: open };
  const first = certificates[0] ?? NOT_ASKED;
  return { code: "ok", state: first.state, deciding: first };
}

/** Nobody is asked about a path. */
export function notAsked(path: readonly Certificate[]): RevocationVerdict {
  return { code: "ok", state: "not-asked", deciding: NOT_ASKED, certificates: path.map((certificate) => ({ certificate, ...NOT_ASKED })) };
}
