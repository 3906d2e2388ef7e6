import { codes } from "../base/codes/index.ts";
import type { RevocationDetail } from "../protocol/trust-port.ts";
import type { Attempt } from "../pki/revocation/check-online.ts";
import type { RevocationAnswer, RevocationVerdict } from "../pki/revocation/check-revocation.ts";
import { detailOf } from "../pki/revocation/detail.ts";
import { harmless } from "./paint.ts";

/** `revocation` of `validate --json`: one entry for each certificate of the path, with the places that were asked. */
export function revocationAsJson({ certificates, attempts = [] }: RevocationVerdict & { attempts?: Attempt[] }): object[] {
  return certificates.map(({ certificate, ...answer }) => {
    const subject = certificate.subject.rfc4514;
    const asked = attempts.filter((attempt) => attempt.subject === subject).map(({ url, code }) => ({ url, code }));
    return { subject, state: answer.state, ...detailOf(answer), ...(asked.length > 0 ? { asked } : {}) };
  });
}

/** One line for each certificate that was asked about, and for each place. */
export function revocationInWords({ certificates, attempts = [] }: RevocationVerdict & { attempts?: Attempt[] }): string {
  const places = attempts.map(({ url, code }) => `  asked ${harmless(url)}: ${code}${code === "ok" ? "" : `: ${codes[code]}`}\n`).join("");
  const asked = certificates.filter(({ state }) => state !== "not-asked");
  if (asked.length === 0) return "  revocation: not asked\n";
  return places + asked.map(({ certificate, state, ...answer }) => `  revocation of ${harmless(certificate.subject.rfc4514)}: ${answerInWords(state, detailOf({ state, ...answer }))}\n`).join("");
}

/** An answer in words: what, by whom it is said, and until when that counts. */
export function answerInWords(state: RevocationAnswer["state"], detail: RevocationDetail | undefined): string {
  if (detail === undefined || state === "not-asked") return state === "not-asked" ? "not asked" : state;
  const source = `by ${detail.source === "ocsp" ? "an OCSP answer" : "a revocation list"} of ${detail.thisUpdate ?? "?"}`;
  switch (state) {
    case "good":
      return `good, ${source}${detail.nextUpdate === null ? "" : `, which counts until ${detail.nextUpdate}`}`;
    case "revoked": {
      const since = detail.invalidityDate === null ? "" : `, not to be trusted since ${detail.invalidityDate}`;
      return `revoked at ${detail.revokedAt ?? "?"} (${detail.reason ?? "unspecified"})${since}, ${source}`;
    }
    case "unreachable":
      return `could not be checked: ${detail.code}: ${codes[detail.code]}`;
  }
}
