import type { MessageStatus } from "../protocol/message-status.ts";
import type { StrangerCertificate } from "../protocol/shapes.ts";
import { nearestCertificates } from "./nearest-certificates.ts";
import type { OpenedEnvelope } from "./open-layers.ts";

/**
 * The certificate of the first signer against whom nothing speaks but that nobody here vouches for it; null if there is none.
 * Whoever reads the message may decide on it.
 */
export function strangerOf(opened: OpenedEnvelope, status: MessageStatus, address: string | null): StrangerCertificate | null {
  for (const [index, layer] of opened.layers.entries()) {
    for (const [place, { certificate }] of (layer.signers ?? []).entries()) {
      if (certificate && status.layers[index]?.signers?.[place]?.code === "pki.untrusted") {
        return { certificate: certificate.der, others: nearestCertificates(certificate, layer.certificates), address };
      }
    }
  }
  return null;
}
