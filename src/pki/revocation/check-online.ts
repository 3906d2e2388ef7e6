import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Fetcher } from "../../protocol/retrieval.ts";
import type { Certificate } from "../certificate.ts";
import { nearer } from "./answer.ts";
import { checkRevocation, type RevocationRequest, type RevocationVerdict } from "./check-revocation.ts";
import { parseCrl } from "./crl.ts";
import { fetchLimits } from "./limits.ts";
import { ocspOverHttp, ocspRequest } from "./ocsp-request.ts";
import { parseOcspResponse } from "./ocsp-response.ts";
import { type Scheme, sourcesOf } from "./sources.ts";

/** A place that was asked, and what came of it: `ok`, or why nothing did. */
export interface Attempt {
  subject: string;
  url: string;
  code: Code;
}

export interface OnlineVerdict extends RevocationVerdict {
  attempts: Attempt[];
}

/**
 * Asks as `checkRevocation` does, and fetches what is missing from the places that the certificates name: an OCSP answer, and
 * else a list. Only validated paths come here, so nobody but authorities under a trusted anchor learns that it was asked (RV-04).
 * @param can what the fetcher can do
 */
export async function checkOnline(request: RevocationRequest, fetcher: Fetcher, can: readonly Scheme[] = ["http"]): Promise<OnlineVerdict> {
  const attempts: Attempt[] = [];
  let crls = [...request.crls];
  let ocsp = [...request.ocsp];
  const check = (): Promise<RevocationVerdict> => checkRevocation({ ...request, crls, ocsp });
  let verdict = await check();
  const isOpen = (i: number): boolean => ["unreachable", "not-asked"].includes(verdict.certificates[i]?.state ?? "");
  for (let i = 0; i < request.path.length - 1; i++) {
    const [certificate, issuer] = [request.path[i] as Certificate, request.path[i + 1] as Certificate];
    for (const fetchOne of questions(certificate, issuer, fetcher, can)) {
      if (!isOpen(i)) break;
      const { url, read } = fetchOne;
      try {
        const got = await read();
        if ("tbs" in got && "entries" in got) crls = [...crls, got];
        else ocsp = [...ocsp, got];
        verdict = await check();
        const answer = verdict.certificates[i];
        attempts.push({ subject: certificate.subject.rfc4514, url, code: answer === undefined || isOpen(i) ? (answer?.code ?? "ok") : "ok" });
      } catch (error) {
        attempts.push({ subject: certificate.subject.rfc4514, url, code: codeOf(error) });
      }
    }
  }
  return { ...withReasons(verdict, attempts), attempts };
}

interface Question {
  url: string;
  read: () => Promise<ReturnType<typeof parseCrl> | ReturnType<typeof parseOcspResponse>>;
}

/** What to ask about a certificate, the smaller answer first. */
function questions(certificate: Certificate, issuer: Certificate, fetcher: Fetcher, can: readonly Scheme[]): Question[] {
  const { ocsp, crls } = sourcesOf(certificate, can);
  return [
    ...ocsp.map((url) => ({
      url,
      read: async () => {
        const question = ocspOverHttp(url, await ocspRequest(certificate, issuer));
        return parseOcspResponse(await fetcher({ kind: "ocsp", size: fetchLimits.ocsp, ...question }));
      },
    })),
    ...crls.map((url) => ({ url, read: async () => parseCrl(await fetcher({ kind: "crl", url, body: null, size: fetchLimits.crl })) })),
  ];
}

/** Where nothing was at hand, why nothing could be fetched is the reason. */
function withReasons(verdict: RevocationVerdict, attempts: Attempt[]): RevocationVerdict {
  const certificates = verdict.certificates.map((each) => {
    if (each.state !== "unreachable") return each;
    const reasons = attempts.filter(({ subject, code }) => subject === each.certificate.subject.rfc4514 && code !== "ok");
    return { ...each, code: reasons.reduce((code, attempt) => nearer(code, attempt.code), each.code) };
  });
  const deciding = certificates[verdict.certificates.findIndex((each) => each === verdict.deciding)] ?? verdict.deciding;
  return { ...verdict, certificates, deciding };
}
