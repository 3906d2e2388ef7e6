import type { MessageStatus } from "../../protocol/message-status.ts";

/**
 * The verdict as text for support staff. It holds what a `MessageStatus` holds without names and addresses of people:
 * algorithms, codes, layers, counts. Nobody learns from it who wrote what to whom.
 */
export function supportReport(status: MessageStatus): string {
  return JSON.stringify(withoutPeople(status), null, 2);
}

function withoutPeople(status: MessageStatus): unknown {
  return {
    summary: { ...status.summary, author: status.summary.author === null ? null : "(left out)" },
    layers: status.layers.map(({ signers, recipients, receipt, ...layer }) => ({
      ...layer,
      // A content identifier may be made of a name and a time (RFC 2634 §2.7).
      ...(receipt && { receipt: "(left out)" }),
      ...(recipients && { recipients: { count: recipients.length, own: recipients.filter(({ own }) => own).length } }),
      ...(signers && {
        signers: signers.map(({ digest, signature, verdict, code, chain, revocation, revocationDetail, notBefore, notAfter }) => ({
          digest,
          signature,
          verdict,
          code,
          chainLength: chain.length,
          revocation,
          ...(revocationDetail && { revocationDetail }),
          notBefore,
          notAfter,
        })),
      }),
    })),
    problems: status.problems,
    parts: status.parts.map(({ status: part, where }) => ({ where, status: withoutPeople(part) })),
  };
}
