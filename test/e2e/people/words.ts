import { randomInt } from "node:crypto";

const CONSONANTS = "bdfgklmnprstvz";
const VOWELS = "aeiou";

const syllable = (): string => `${CONSONANTS[randomInt(CONSONANTS.length)] as string}${VOWELS[randomInt(VOWELS.length)] as string}`;

/**
 * A word that stands nowhere by chance, to be searched for: eight syllables, one of more than 10^14, which a person who looks
 * at a screenshot reads as a name.
 */
export function randomWord(): string {
  const [first = "", ...rest] = Array.from({ length: 4 }, () => syllable() + syllable());
  return `${first[0]?.toUpperCase() ?? ""}${first.slice(1)}${rest.join("")}`;
}
