import { headerLine } from "../mime/header-text.ts";
import type { UnsentDraft } from "../protocol/draft.ts";

export type DraftState = Omit<UnsentDraft, "draft">;

/** Field inside a draft of ours that says what its author has chosen. */
const FIELD = "Mailseal-Draft-State";

/** Writes the choices as words. */
export function writeDraftState({ sign, encrypt, receipt, originalEncrypted, unproved, forwarded }: DraftState): string {
  const words = [sign && "sign", encrypt && "encrypt", receipt === true && "receipt", originalEncrypted && "original-encrypted", unproved && "unproved", ...forwarded.map((index) => `forwarded=${index}`)];
  return headerLine(FIELD, words.filter((word) => word !== false).join(" ") || "none");
}

/** Reads them again from the fields of a draft whose mark is right. */
export function readDraftState(fields: readonly { name: string; value: string }[]): DraftState {
  const words = fields.find(({ name }) => name === FIELD)?.value.split(" ") ?? [];
  return {
    sign: words.includes("sign"),
    encrypt: words.includes("encrypt"),
    receipt: words.includes("receipt"),
    originalEncrypted: words.includes("original-encrypted"),
    unproved: words.includes("unproved"),
    forwarded: words.flatMap((word) => /^forwarded=(\d{1,5})$/.exec(word)?.[1] ?? []).map(Number),
  };
}
