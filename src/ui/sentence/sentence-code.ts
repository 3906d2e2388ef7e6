import type { Code } from "../../base/codes/index.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";
import { tellingSigner } from "./message-sentence.ts";
import type { Sentence } from "./sentence.ts";

/**
 * The code that a message's sentence puts into words, as exact as it is known; null where nothing is wrong. Where revocation
 * could not be checked it is the reason why not.
 */
export function sentenceCode(status: MessageStatus, { key, tone }: Pick<Sentence, "key" | "tone">): Code | null {
  const { summary, problems } = status;
  if (summary.encrypted === "failed") return problems[0] ?? "cms.decrypt-failed";
  if (summary.pending) return null;
  if (tone === "careful") return key === "sentence_careful_from" ? "smime.header-from-differs" : "smime.from-mismatch";
  if (summary.signed !== "unverified") return null;
  const signer = tellingSigner(status);
  if (signer?.code === "revocation.unavailable") return signer.revocationDetail?.code ?? signer.code;
  return signer?.code ?? problems[0] ?? "cms.no-signer";
}
