import { plural, t } from "../shared/i18n.ts";
import type { Sentence } from "./sentence.ts";

/** The sentence in the person's language; a draft's sentence may carry a count that chooses the plural form. */
export function say(sentence: Pick<Sentence, "key" | "substitutions"> & { count?: number | null }): string {
  const { key, substitutions, count } = sentence;
  return typeof count === "number" ? plural(key, count, ...substitutions) : t(key, ...substitutions);
}
