import type { Code } from "../base/codes/index.ts";
import type { Layer, Signer } from "../protocol/message-status.ts";
import type { OpenedEnvelope } from "./open-layers.ts";

/**
 * Gives signers who prove the message the receipt they ask for and the label they wrote (RFC 2634), and says what is wrong.
 * Nobody else's counts (ES-02, ES-04). A request counts in the innermost signature alone, not in a receipt, and not if proved
 * signers ask for different things. Which policy a label follows is not known here, so every label is said to be unknown.
 */
export function enhancedServices(layers: Layer[], opened: OpenedEnvelope): Code[] {
  const innermost = opened.layers.findLastIndex((layer) => layer.signers !== undefined);
  const requests: { signer: Signer; text: string }[] = [];
  const labels = new Set<string>();
  layers.forEach((layer, index) => {
    layer.signers?.forEach((signer, position) => {
      const fact = opened.layers[index]?.signers?.[position];
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
