import type { ComposerContext } from "./context.ts";
import { allRecipients, chosenIdentity, type ComposerModel } from "./model.ts";
import { choicesOf } from "./sending.ts";

/** What the choice of a cipher depends on, as a text: where it is another one, the choice may be another one. */
export function cipherDepends(model: ComposerModel): string {
  const { identity, encrypt, chosen, leftOut, known } = model;
  // A certificate that came in, or went, brings other capabilities along.
  const certificates = Object.values(known).flatMap(({ address, certificate, list }) => [address, certificate?.sha256, ...(list?.members ?? []).map((member) => member.certificate?.sha256)]);
  return JSON.stringify([identity, encrypt, readable(model), chosen, leftOut, certificates]);
}

/** Asks the background, which decides at Send by the same rules; the answer to an older question is not shown. */
export async function askCipher({ cell, ask }: Pick<ComposerContext, "cell" | "ask">): Promise<void> {
  const model = cell.get();
  const asked = cipherDepends(model);
  const people = readable(model);
  if (!model.encrypt || people.length === 0) return cell.set({ cipher: null });
  cell.set({ cipher: "asking" });
  const { chosen, leftOut } = choicesOf(model);
  // What cannot be told beforehand is told by Send.
  const cipher = await ask("send.cipher", { from: chosenIdentity(model)?.address ?? model.account, people, chosen, leftOut }).catch(() => null);
  if (cipherDepends(cell.get()) === asked) cell.set({ cipher });
}

const readable = (model: ComposerModel): string[] => allRecipients(model).flatMap(({ address, valid }) => (valid ? [address] : []));
