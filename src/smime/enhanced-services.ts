import { type Bytes, copy } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Layer, MessageStatus, Signer } from "../protocol/message-status.ts";
import { maxSignerInfo, type RequestingSignature } from "../protocol/receipts.ts";
import { certificateLimits } from "../protocol/trust-port.ts";
import { nearestCertificates } from "./nearest-certificates.ts";
import type { OpenedEnvelope } from "./open-layers.ts";

/**
 * Gives signers who prove the message the receipt they ask for and the label they wrote (RFC 2634), and says what is wrong.
 * Nobody else's counts (ES-02, ES-04). A request counts in the innermost signature alone, not in a receipt, and not if proved
 * signers ask for different things. Which policy a label follows is not known here, so every label is said to be unknown, already while its signer is being checked.
 */
export function enhancedServices(layers: Layer[], opened: OpenedEnvelope): Code[] {
  const innermost = opened.layers.findLastIndex((layer) => layer.signers !== undefined);
  const requests: { signer: Signer; text: string }[] = [];
  const labels = new Set<string>();
  layers.forEach((layer, index) => {
    layer.signers?.forEach((signer, position) => {
      const fact = opened.layers[index]?.signers?.[position];
      // While the certificate is being checked: a text that a label will stop must not be there for a moment first.
      if (fact?.securityLabel && signer.code === "smime.checking") labels.add(JSON.stringify(fact.securityLabel));
      if (!fact || signer.verdict !== "valid" || signer.code !== "ok") return;
      if (fact.securityLabel) {
        signer.securityLabel = fact.securityLabel;
        labels.add(JSON.stringify(fact.securityLabel));
      }
      if (fact.receiptRequest && index === innermost && layer.receipt === undefined) {
        signer.receiptRequest = fact.receiptRequest;
        requests.push({ signer, text: JSON.stringify(fact.receiptRequest) });
      }
    });
  });
  const problems: Code[] = [];
  if (new Set(requests.map(({ text }) => text)).size > 1) {
    for (const { signer } of requests) delete signer.receiptRequest;
    problems.push("smime.receipt-requests-differ");
  }
  if (labels.size > 0) problems.push(labels.size > 1 ? "smime.labels-differ" : "smime.label-unknown");
  return problems;
}

/**
 * The first signature whose request for a receipt counts (RFC 2634 §2.3), for the background to judge again. A message that a
 * mailing list agent passed on has none: its policy may forbid receipts or send them elsewhere, and is not read. Nor has one
 * without an author.
 */
export function requestingSignature({ layers }: MessageStatus, opened: OpenedEnvelope, author: string | null): RequestingSignature | null {
  if (author === null) return null;
  if (opened.layers.some(({ signers }) => signers?.some(({ mailingList }) => mailingList))) return null;
  for (const [index, { signers }] of layers.entries()) {
    const position = signers?.findIndex(({ receiptRequest }) => receiptRequest !== undefined) ?? -1;
    const layer = opened.layers[index];
    const fact = layer?.signers?.[position];
    if (!layer || !fact?.certificate) continue;
    const certificates: Bytes[] = [fact.certificate.der, ...nearestCertificates(fact.certificate, layer.certificates, certificateLimits.count - 1)];
    // Octets of their own: what is a range of the message would take the whole message along.
    return fact.raw.length > maxSignerInfo ? null : { signerInfo: copy(fact.raw), certificates: certificates.map(copy), author };
  }
  return null;
}
