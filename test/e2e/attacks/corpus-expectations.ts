import { expect } from "vitest";
import type { CorpusAttack } from "./corpus.ts";
import type { Drawn, DrawnArticle } from "./drawn.ts";

const MANAGER = "manager@bigcorporation.de";
const EVE = "eve@bigcorporation.de";
/** What the manager signed, in two wordings, and what only Eve signed, or nobody. */
const PROMOTED = /^Congratulations, (you are|you've been) promoted!$/;
const FIRED = /^Johnny, you are fired!/;
/** What the ciphertexts hold; their author took an OpenPGP text over. */
export const PLAINTEXT = "THIS IS A PGP/MIME ENCRYPTED MESSAGE";

const proves = (seen: DrawnArticle): boolean => seen.seal === "filled";

/** Under a filled seal stands one person, in the sentence and as the author, and this text of hers alone. */
function provesOnly(seen: Drawn, author: string, text: RegExp): void {
  expect([seen.seal, seen.key], seen.sentence).toEqual(["filled", "sentence_text_signed"]);
  expect(seen.sentence).toContain(author);
  expect(seen.author).toContain(author);
  const other = author === EVE ? MANAGER : EVE;
  expect(`${seen.sentence} ${seen.author}`).not.toContain(other);
  expect(seen.text?.trim()).toMatch(text);
  expect(seen.parts).toEqual([]);
}

function unsigned(seen: Drawn): void {
  expect(seen).toMatchObject({ key: "sentence_unprotected", tone: "quiet", seal: "none", lock: "none", parts: [], closed: null });
}

/** What each expectation of the corpus means for what is drawn; one that is not listed fails. */
export const corpusExpectations: Record<string, (seen: Drawn, attack: CorpusAttack) => void> = {
  valid: (seen, { file }) => (file.includes("eve") ? provesOnly(seen, EVE, FIRED) : provesOnly(seen, MANAGER, PROMOTED)),

  "not-valid-for-displayed-content": (seen, { attackClass }) => {
    expect(proves(seen)).toBe(false);
    expect(seen.text).toMatch(FIRED);
    if (!attackClass.startsWith("MIME")) return expect(seen).toMatchObject({ key: "sentence_unverified_broken", seal: "struck", parts: [] });
    // The whole has no mark; the signed part speaks for itself in a frame of its own, and there is nothing else in it.
    expect(seen).toMatchObject({ key: "sentence_parts", seal: "none", lock: "none" });
    expect(seen.text).not.toMatch(/Congratulations/);
    expect(seen.parts.map(({ text }) => text?.trim())).toEqual([expect.stringMatching(PROMOTED)]);
    expect(seen.parts.map(proves)).toEqual([false]);
  },

  "signer-confusion": (seen) => provesOnly(seen, EVE, FIRED),

  "signed-by-eve-not-by-displayed-sender": (seen) => {
    if (proves(seen)) return provesOnly(seen, EVE, FIRED);
    expect(["sentence_careful_signer", "sentence_unverified_several_senders", "sentence_unverified_no_sender"], seen.sentence).toContain(seen.key);
    if (seen.key !== "sentence_careful_signer") return;
    expect(seen.tone).toBe("careful");
    for (const address of [EVE, MANAGER]) expect(seen.sentence).toContain(address);
  },

  unsigned: (seen) => {
    unsigned(seen);
    expect(seen.text?.trim()).toBe("This part of the UI is in control of the attacker");
  },

  decrypts: (seen) => {
    expect(seen).toMatchObject({ key: "sentence_encrypted_only", seal: "struck", lock: "filled", parts: [] });
    expect(seen.text).toContain(PLAINTEXT);
  },

  "no-plaintext-leak-on-reply": (seen) => {
    expect(seen.source).not.toContain(PLAINTEXT);
    expect(seen).toMatchObject({ key: "sentence_parts", seal: "none", lock: "none", files: ["smime.p7m"] });
    expect(seen.text?.trim()).toMatch(/^(Please reply to this message|THIS IS THE 1ST PART)/);
    expect(seen.parts).toMatchObject([{ key: "sentence_closed_part", seal: "none", lock: "outline", text: null, closed: "smime.part-not-opened", files: [] }]);
  },

  "unsigned-html": (seen) => {
    unsigned(seen);
    // Neither an address to load from nor a rule that holds in one program and not in another.
    expect(seen.source).not.toMatch(/thelorg\.org|@supports\s*\(|@(-moz-)?document\s+regexp/);
  },
};
