import type { LearnedSigner } from "../protocol/message-content.ts";
import type { MessageStatus } from "../protocol/message-status.ts";
import { certificateLimits } from "../protocol/trust-port.ts";
import { nearestCertificates } from "./nearest-certificates.ts";
import type { OpenedEnvelope } from "./open-layers.ts";

/**
 * Collects what verified signers told of themselves: certificates, preferred encryption certificate, ciphers.
 * Only from a verified message, and only of the signer that is its author (CP-02: unverified must not be accepted).
 */
export function learnSigners(opened: OpenedEnvelope, status: MessageStatus): LearnedSigner[] {
  const author = status.summary.author;
  if (author === null) return [];
  return opened.layers.flatMap((layer, index) =>
    (layer.signers ?? []).flatMap((fact, signer) => {
      const judged = status.layers[index]?.signers?.[signer];
      if (!fact.certificate || judged?.code !== "ok") return [];
      return [
        {
          address: author,
          certificates: [fact.certificate.der, ...nearestCertificates(fact.certificate, layer.certificates, certificateLimits.count - 1)],
          encryptionCertificate: fact.encryptionCertificate,
          ciphers: fact.capabilities,
          signingTime: fact.signingTime?.toISOString() ?? null,
        },
      ];
    }),
  );
}
