import type { ComposerContext } from "./context.ts";
import { chosenIdentity, type ComposerModel } from "./model.ts";

/**
 * Learns what the organisation decided for the address that is written with. What it forces is on from now on; what it no longer
 * forces stays as it stands, for the author to turn off. Throws what asking throws; Send decides by itself whatever stands here.
 */
export async function learnRules({ cell, ask }: Pick<ComposerContext, "cell" | "ask">): Promise<void> {
  const from = chosenIdentity(cell.get())?.address ?? null;
  const { forced, defaults, rules, ending } = await ask("composer.state", { from });
  const { sign, encrypt } = cell.get();
  cell.set({ forced, defaults, rules, ending, sign: sign || forced.sign, encrypt: encrypt || forced.encrypt });
}

/** Whether Bcc recipients of this message can find out about each other, or everybody about them: an encrypted message names whom it is for. */
export function bccTold({ bcc, encrypt, rules, to, cc }: Pick<ComposerModel, "bcc" | "encrypt" | "rules" | "to" | "cc">): "everybody" | "each-other" | null {
  if (!encrypt || bcc.length === 0) return null;
  if (rules.bcc === "one" && to.length + cc.length + bcc.length > 1) return "everybody";
  return rules.bcc === "together" && bcc.length > 1 ? "each-other" : null;
}
