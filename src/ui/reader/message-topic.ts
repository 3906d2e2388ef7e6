import type { MessageStatus } from "../../protocol/message-status.ts";
import type { HelpTopic } from "../../protocol/help-topics.ts";
import { topicOf } from "../help/topic-of.ts";
import { tellingSigner } from "../sentence/message-sentence.ts";
import type { Sentence } from "../sentence/sentence.ts";
import { sentenceCode } from "../sentence/sentence-code.ts";
import { claimedTime } from "../shared/claimed-time.ts";

/**
 * The help page about what a message's sentence says; null where there is nothing to do.
 * @param issuerAsked a host was asked for the missing link already
 */
export function messageTopic(status: MessageStatus, sentence: Pick<Sentence, "key" | "tone">, issuerAsked = false): HelpTopic | null {
  const code = sentenceCode(status, sentence);
  if (code === null) return null;
  const signer = tellingSigner(status);
  if (code === "revocation.revoked" && signer && claimedTime(signer) === "before") return "revoked_later";
  // Nobody vouches only because a link of the chain is missing, and it is known who has it.
  return code === "pki.untrusted" && (issuerAsked || signer?.missingIssuer) ? "missing_authority" : topicOf(code);
}
