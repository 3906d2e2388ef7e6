import { headerLine } from "../mime/header-text.ts";
import { mimeLimits } from "../mime/limits.ts";
import type { HiddenOutside, UnsentDraft } from "../protocol/draft.ts";

export type DraftState = Omit<UnsentDraft, "draft">;

/** Field inside a draft of ours that says what its author has chosen. */
const FIELD = "Mailseal-Draft-State";

/** Fields of a draft of ours that say what an answer hides outside, one word each. */
const HIDDEN = { addresses: "Mailseal-Draft-Hidden-Address", names: "Mailseal-Draft-Hidden-Name", identifiers: "Mailseal-Draft-Hidden-Identifier" } as const;
const KINDS = ["addresses", "names", "identifiers"] as const;

/** Writes what an answer hides outside; nothing for what hides nothing. */
export function writeHidden(hidden: HiddenOutside | undefined): string {
  return hidden ? KINDS.map((kind) => (hidden[kind].length > 0 ? headerLine(HIDDEN[kind], hidden[kind].map(encodeURIComponent).join(" ")) : "")).join("") : "";
}

/** Reads it again from the fields of a draft, which need not be ours: more may be hidden by it, and never less. Null for nothing; what we would not write so is passed over. */
export function readHidden(fields: readonly { name: string; value: string }[]): HiddenOutside | null {
  const of = (kind: (typeof KINDS)[number]): string[] => (fields.find(({ name }) => name === HIDDEN[kind])?.value.slice(0, mimeLimits.hiddenSize).split(" ") ?? []).flatMap(unescaped);
  const hidden = { addresses: of("addresses"), names: of("names"), identifiers: of("identifiers") };
  return KINDS.some((kind) => hidden[kind].length > 0) ? hidden : null;
}

function unescaped(word: string): string[] {
  try {
    const text = decodeURIComponent(word);
    return text !== "" && encodeURIComponent(text) === word ? [text] : [];
  } catch {
    // Not of ours.
    return [];
  }
}

/** Writes the choices as words. */
export function writeDraftState({ sign, encrypt, receipt, originalEncrypted, unproved, pageWrote, forwarded }: DraftState): string {
  const words = [sign && "sign", encrypt && "encrypt", receipt === true && "receipt", originalEncrypted && "original-encrypted", unproved && "unproved", pageWrote === true && "page-wrote", ...forwarded.map((index) => `forwarded=${index}`)];
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
    pageWrote: words.includes("page-wrote"),
    forwarded: words.flatMap((word) => /^forwarded=(\d{1,5})$/.exec(word)?.[1] ?? []).map(Number),
  };
}
