import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Certificate } from "../certificate.ts";
import { type RevocationAnswer, nearer, unreachable } from "./answer.ts";
import { hasBegun, isCurrent } from "./currency.ts";
import type { Inquiry } from "./inquiry.ts";
import { isAbout } from "./ocsp-id.ts";
import type { OcspAnswer, OcspResponse } from "./ocsp-response.ts";
import { judgeOcspSigner } from "./ocsp-signer.ts";
import type { SingleResponse } from "./ocsp-single.ts";

/**
 * What the OCSP answers at hand say of a certificate (RFC 6960 §3.2): revoked if one says so, then good by the newest.
 * @param path from the certificate in question to the anchor
 */
export async function ocspAnswer(inquiry: Inquiry, path: readonly Certificate[]): Promise<RevocationAnswer> {
  let code: Code = "revocation.no-answer";
  const found: RevocationAnswer[] = [];
  for (const response of inquiry.request.ocsp) {
    try {
      const said = await readAnswer(inquiry, response, path);
      if (typeof said === "string") code = nearer(code, said);
      else found.push(said);
    } catch (error) {
      code = nearer(code, codeOf(error));
    }
  }
  return strongest(found) ?? unreachable(code);
}

/** The answer that counts of several that hold: revoked before good, but a newer one releases from a hold; null if there is none. */
export function strongest(answers: readonly RevocationAnswer[]): RevocationAnswer | null {
  const newestFirst = answers.toSorted((a, b) => (b.thisUpdate?.getTime() ?? 0) - (a.thisUpdate?.getTime() ?? 0));
  return newestFirst.find(({ state, reason }) => state === "revoked" && reason !== "certificateHold") ?? newestFirst[0] ?? null;
}

const WORST_FIRST: SingleResponse["status"][] = ["revoked", "unknown", "good"];

/** What one response says, or why it is of no use. */
async function readAnswer(inquiry: Inquiry, response: OcspResponse, path: readonly Certificate[]): Promise<RevocationAnswer | Code> {
  if (response.status !== "successful") return "revocation.refused";
  const said = await about(response, path);
  // Several about one certificate contradict each other at most to the worse.
  const [single] = said.toSorted((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status));
  if (single === undefined) return "revocation.no-answer";
  const { at, maxAge = null } = inquiry.request;
  if (!said.every((each) => isCurrent(each, at, maxAge)) || !isPlausible(response, path[0] as Certificate, at)) return "revocation.outdated";
  if (response.extensions.criticalUnknown.length > 0 || said.some((each) => each.extensions.criticalUnknown.length > 0)) return "revocation.critical-extension";
  const signer = await judgeOcspSigner(inquiry, response, path);
  if (signer !== "ok") return signer;
  if (single.status === "unknown") return "revocation.unknown";
  const { status, revokedAt, reason, invalidityDate, thisUpdate, nextUpdate } = single;
  return { state: status, code: status === "good" ? "ok" : "revocation.revoked", source: "ocsp", revokedAt, reason, invalidityDate, thisUpdate, nextUpdate };
}

async function about(response: OcspAnswer, path: readonly Certificate[]): Promise<SingleResponse[]> {
  const said: SingleResponse[] = [];
  for (const single of response.responses) if (await isAbout(single.id, path[0] as Certificate, path[1] as Certificate)) said.push(single);
  return said;
}

/** It was not made in the future, nor when the certificate did not exist. */
function isPlausible({ producedAt }: OcspAnswer, certificate: Certificate, at: Date): boolean {
  return hasBegun(producedAt, at) && hasBegun(certificate.notBefore, producedAt) && producedAt <= certificate.notAfter;
}
