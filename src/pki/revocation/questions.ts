import { type Bytes, hex } from "../../base/bytes.ts";
import type { Retrieval } from "../../protocol/retrieval.ts";
import type { Certificate } from "../certificate.ts";
import { type Crl, parseCrl } from "./crl.ts";
import { fetchLimits } from "./limits.ts";
import { ocspOverHttp, ocspRequest } from "./ocsp-request.ts";
import { type OcspResponse, parseOcspResponse } from "./ocsp-response.ts";
import { sourcesOf } from "./sources.ts";

/** One question about the revocation of a certificate, and the place to ask. */
export interface Question {
  kind: "crl" | "ocsp";
  /** What is asked, wherever: `crl ADDRESS`, or `ocsp` and the certificate by issuer's name, key and its number. */
  key: string;
  /** The place as the certificate names it. */
  place: string;
  retrieval: Retrieval;
}

/** What was said to a question; nothing of it is checked for being here. */
export type Said = { kind: "crl"; crl: Crl } | { kind: "ocsp"; response: OcspResponse };

/**
 * What to ask about a certificate, the smaller answer first: responders, then lists.
 * @param ldap whether lists in directories can be fetched
 */
export async function questionsAbout(certificate: Certificate, issuer: Certificate, ldap: boolean): Promise<Question[]> {
  const { ocsp, crls } = sourcesOf(certificate, ldap);
  const request = ocsp.length > 0 ? await ocspRequest(certificate, issuer) : new Uint8Array(0);
  return [
    ...ocsp.map((place): Question => ({ kind: "ocsp", key: `ocsp ${hex(request)}`, place, retrieval: { kind: "ocsp", size: fetchLimits.ocsp, ...ocspOverHttp(place, request) } })),
    ...crls.map((url): Question => ({ kind: "crl", key: `crl ${url}`, place: url, retrieval: { kind: "crl", url, body: null, size: fetchLimits.crl } })),
  ];
}

/** Reads an answer's octets. Throws `revocation.malformed`, `limits.revocation`. */
export function readSaid(kind: Question["kind"], octets: Bytes): Said {
  return kind === "crl" ? { kind, crl: parseCrl(octets) } : { kind, response: parseOcspResponse(octets) };
}

/** When an answer was made and until when it counts; of several in one OCSP answer the shortest time. Null for one that says nothing. */
export function datesOf(said: Said): { thisUpdate: Date; nextUpdate: Date | null } | null {
  if (said.kind === "crl") return said.crl;
  if (said.response.status !== "successful") return null;
  const [first, ...others] = said.response.responses;
  if (first === undefined) return null;
  return others.reduce(
    (dates, { thisUpdate, nextUpdate }) => ({
      thisUpdate: thisUpdate < dates.thisUpdate ? thisUpdate : dates.thisUpdate,
      nextUpdate: nextUpdate === null || (dates.nextUpdate !== null && dates.nextUpdate < nextUpdate) ? dates.nextUpdate : nextUpdate,
    }),
    { thisUpdate: first.thisUpdate, nextUpdate: first.nextUpdate },
  );
}
