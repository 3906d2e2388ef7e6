import type { MessageStatus, Signer } from "../../protocol/message-status.ts";
import type { ReportAbout } from "../shared/copy-report.tsx";

/**
 * The verdict as text for support staff: what made it and when, algorithms, codes, layers, counts, the authorities of each chain, and
 * what was asked about revocation with what came of it. Names, addresses and serial numbers of people are left out, and there is no
 * content in a `MessageStatus`: nobody learns from it who wrote what to whom.
 */
export function supportReport(status: MessageStatus, about: ReportAbout): string {
  return JSON.stringify({ ...about, status: withoutPeople(status) }, null, 2);
}

function withoutPeople(status: MessageStatus): unknown {
  return {
    summary: { ...status.summary, author: status.summary.author === null ? null : "(left out)" },
    layers: status.layers.map(({ signers, recipients, receipt, ...layer }) => ({
      ...layer,
      // A content identifier may be made of a name and a time (RFC 2634 §2.7).
      ...(receipt && { receipt: "(left out)" }),
      ...(recipients && { recipients: { count: recipients.length, own: recipients.filter(({ own }) => own).length } }),
      ...(signers && { signers: signers.map(signerFacts) }),
    })),
    problems: status.problems,
    parts: status.parts.map(({ status: part, where }) => ({ where, status: withoutPeople(part) })),
  };
}

function signerFacts(signer: Signer): unknown {
  const { digest, signature, verdict, code, chain, revocation, revocationDetail, signingTime, notBefore, notAfter } = signer;
  return {
    digest,
    signature,
    verdict,
    code,
    // Who issued a certificate to himself is a person, or may be one.
    issuer: signer.issuer === signer.subject ? "(left out)" : signer.issuer,
    authorities: chain.slice(1),
    revocation,
    ...(revocationDetail && { revocationDetail }),
    signingTime,
    notBefore,
    notAfter,
  };
}
