import type { Bytes } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import type { RevocationEvidence } from "../../protocol/trust-port.ts";
import type { RevocationVerdict } from "./check-revocation.ts";
import { type Crl, parseCrl } from "./crl.ts";
import { type OcspResponse, parseOcspResponse } from "./ocsp-response.ts";

/** Lists and OCSP answers that a sender enclosed, read and trusted for nothing. */
export interface Evidence {
  crls: Crl[];
  ocsp: OcspResponse[];
}

/** Reads what a sender enclosed; what cannot be read speaks for nobody. */
export function readEvidence(enclosed: RevocationEvidence): Evidence {
  return { crls: readable(enclosed.crls, parseCrl), ocsp: readable(enclosed.ocsp, parseOcspResponse) };
}

function readable<T>(all: readonly Bytes[], read: (der: Bytes) => T): T[] {
  return all.flatMap((der) => {
    try {
      return [read(der)];
    } catch (error) {
      if (error instanceof SmimeError) return [];
      throw error;
    }
  });
}

/**
 * Weighs what a sender enclosed after everything else (RV-02): it can say that a certificate was revoked, and that it is good where
 * nothing else was known. It takes nothing back, and what it costs to look at it spoils no answer that was there without it.
 * @param again the same check with the evidence among the rest
 */
export async function weighEnclosed(verdict: RevocationVerdict, enclosed: Evidence | null, again: (enclosed: Evidence) => Promise<RevocationVerdict>): Promise<RevocationVerdict> {
  if (verdict.state === "revoked" || enclosed === null || enclosed.crls.length + enclosed.ocsp.length === 0) return verdict;
  const more = await again(enclosed);
  return more.state === "revoked" || (more.state === "good" && verdict.state !== "good") ? more : verdict;
}
