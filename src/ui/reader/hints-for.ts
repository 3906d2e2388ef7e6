import type { Hint } from "../../protocol/frame-requests.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";

/**
 * The explanations that fit a message. They stand there while the signature is still being checked, so that the text does not
 * move when it is verified; a signature that is not verified explains nothing, because it is as near to unsigned as can be.
 */
export function hintsFor({ summary, layers }: MessageStatus, pending: readonly Hint[]): Hint[] {
  const checking = summary.pending && layers.some(({ signers }) => (signers ?? []).length > 0);
  const fits: Record<Hint, boolean> = { signed: summary.signed === "verified" || checking, encrypted: summary.encrypted === "decrypted" };
  return pending.filter((hint) => fits[hint]);
}
