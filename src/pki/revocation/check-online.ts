import type { Bytes } from "../../base/bytes.ts";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { Retrieval } from "../../protocol/retrieval.ts";
import type { Certificate } from "../certificate.ts";
import { nearer } from "./answer.ts";
import { checkRevocation, type RevocationRequest, type RevocationVerdict } from "./check-revocation.ts";
import { type Evidence, weighEnclosed } from "./evidence.ts";
import { datesOf, type Question, questionsAbout, readSaid, type Said } from "./questions.ts";

/** A place that was asked, and what came of it: `ok`, or why nothing did. */
export interface Attempt {
  subject: string;
  url: string;
  code: Code;
}

export interface OnlineVerdict extends RevocationVerdict {
  attempts: Attempt[];
  /** What was known and expires soon, by the certificate of the path that it speaks of. */
  ageing: { index: number; question: Question }[];
}

/** Where answers are kept between checks. It keeps octets that were found good, and answers with them whatever their age. */
export interface Shelf {
  /** What is kept, read; `ageing` if a newer one is worth fetching although this one counts. Null if nothing is. */
  known(question: Question): Promise<{ said: Said; ageing: boolean } | null>;
  keep(question: Question, octets: Bytes, said: Said): Promise<void>;
}

export interface OnlineMeans {
  /**
   * A `Fetcher`.
   * @param turns how many places are left to ask about the certificate, this one included
   */
  fetcher: (retrieval: Retrieval, turns: number) => Promise<Bytes>;
  shelf?: Shelf;
  /** Whether the fetcher knows LDAP. */
  ldap?: boolean;
  /** What a sender enclosed: it is looked at last, so that an older list of his saves no question (RV-02). */
  enclosed?: Evidence | null;
}

/**
 * Asks as `checkRevocation` does, and fetches what is missing from the places that the certificates name: an OCSP answer, and
 * else a list; of several certificates at the same time. Only validated paths come here, so nobody but authorities under a
 * trusted anchor learns that it was asked (RV-04). What is kept is asked before the network is, and what came and answered
 * its question is kept: an answer of somebody who may not give it, or a list whose signature does not fit, never is.
 */
export async function checkOnline(request: RevocationRequest, { fetcher, shelf, ldap = false, enclosed = null }: OnlineMeans): Promise<OnlineVerdict> {
  const last = request.path.length - 1;
  const questions = await Promise.all(
    request.path.slice(0, last).map((certificate, i) => questionsAbout(certificate, request.path[i + 1] as Certificate, ldap)),
  );
  const ageing: OnlineVerdict["ageing"] = [];
  const crls = [...request.crls];
  const ocsp = [...request.ocsp];
  const add = (said: Said): void => void (said.kind === "crl" ? crls.push(said.crl) : ocsp.push(said.response));
  for (const [index, asked] of questions.entries()) {
    for (const question of asked) {
      const known = await shelf?.known(question);
      if (!known) continue;
      add(known.said);
      if (known.ageing) ageing.push({ index, question });
    }
  }
  const attempts: Attempt[][] = questions.map(() => []);
  let verdict = await checkRevocation({ ...request, crls, ocsp });
  const isOpen = (i: number): boolean => ["unreachable", "not-asked"].includes(verdict.certificates[i]?.state ?? "");

  for (let turn = 0; questions.some((asked, i) => turn < asked.length && isOpen(i)); turn++) {
    const wanted = questions.flatMap((asked, i) => (isOpen(i) && asked[turn] ? [{ i, question: asked[turn] as Question, turns: asked.length - turn }] : []));
    const came = await Promise.all(wanted.map(({ question, turns }) => fetchOne(question, fetcher, turns)));
    for (const one of came) if (typeof one !== "string") add(one.said);
    if (came.some((one) => typeof one !== "string")) verdict = await checkRevocation({ ...request, crls, ocsp });
    for (const [n, { i, question }] of wanted.entries()) {
      const one = came[n] as Fetched | Code;
      const code = typeof one === "string" ? one : isOpen(i) ? (verdict.certificates[i]?.code ?? "ok") : "ok";
      attempts[i]?.push({ subject: (request.path[i] as Certificate).subject.rfc4514, url: question.place, code });
      if (typeof one !== "string" && speaks(verdict, i, one.said)) await shelf?.keep(question, one.octets, one.said);
    }
  }
  verdict = await weighEnclosed(verdict, enclosed, (more) => checkRevocation({ ...request, crls: [...more.crls, ...crls], ocsp: [...more.ocsp, ...ocsp] }));
  return { ...withReasons(verdict, attempts), attempts: attempts.flat(), ageing };
}

/**
 * Fetches a newer answer to a question that a kept one still answers, and keeps it if it speaks for the certificate by itself
 * and is not older. Throws the codes of `Fetcher`.
 */
export async function refresh(request: RevocationRequest, index: number, question: Question, { fetcher, shelf }: Required<Pick<OnlineMeans, "fetcher" | "shelf">>): Promise<void> {
  const octets = await fetcher(question.retrieval, 1);
  const said = readSaid(question.kind, octets);
  const before = (await shelf.known(question))?.said;
  const [dates, old] = [datesOf(said), before ? datesOf(before) : null];
  if (dates === null || (old !== null && dates.thisUpdate < old.thisUpdate)) return;
  const crls = said.kind === "crl" ? [...request.crls, said.crl] : request.crls;
  const ocsp = said.kind === "ocsp" ? [...request.ocsp, said.response] : request.ocsp;
  if (speaks(await checkRevocation({ ...request, crls, ocsp }), index, said)) await shelf.keep(question, octets, said);
}

interface Fetched {
  octets: Bytes;
  said: Said;
}

async function fetchOne({ kind, retrieval }: Question, fetcher: OnlineMeans["fetcher"], turns: number): Promise<Fetched | Code> {
  try {
    const octets = await fetcher(retrieval, turns);
    return { octets, said: readSaid(kind, octets) };
  } catch (error) {
    return codeOf(error);
  }
}

/** Tells whether what is known of a certificate is what was said here: then its signature and signer were found good. */
function speaks(verdict: RevocationVerdict, index: number, said: Said): boolean {
  const answer = verdict.certificates[index];
  if (answer?.source !== said.kind) return false;
  const made = said.kind === "crl" ? [said.crl] : said.response.status === "successful" ? said.response.responses : [];
  return made.some(({ thisUpdate }) => thisUpdate.getTime() === answer.thisUpdate?.getTime());
}

/** Where nothing was at hand, why nothing could be fetched is the reason. */
function withReasons(verdict: RevocationVerdict, attempts: readonly Attempt[][]): RevocationVerdict {
  const certificates = verdict.certificates.map((each, i) => {
    if (each.state !== "unreachable") return each;
    return { ...each, code: (attempts[i] ?? []).reduce((code, attempt) => nearer(code, attempt.code), each.code) };
  });
  const deciding = certificates[verdict.certificates.findIndex((each) => each === verdict.deciding)] ?? verdict.deciding;
  return { ...verdict, certificates, deciding };
}
