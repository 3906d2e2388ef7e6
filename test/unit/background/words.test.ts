import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Texts, words } from "../../../src/background/words.ts";

function textsOf(language: string): Texts {
  const all = JSON.parse(readFileSync(new URL(`../../../extension/_locales/${language}/messages.json`, import.meta.url), "utf8")) as Record<string, { message: string }>;
  // The one placeholder of these texts has a name.
  return { getMessage: (key, substitutions = []) => (all[key]?.message ?? "").replace(/\$\w+\$/g, () => substitutions[0] ?? "") };
}

describe("texts outside of our pages", () => {
  it("keep the direction of names and addresses in a right-to-left language, and have nothing between in others", () => {
    expect(words(textsOf("he"), "note_text", ["alice@lab.test"])).toContain("\u2068alice@lab.test\u2069");
    expect(words(textsOf("en"), "note_text", ["alice@lab.test"])).not.toMatch(/[\u2066-\u2069]/);
  });
});
