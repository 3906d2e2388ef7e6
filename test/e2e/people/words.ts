import { randomInt } from "node:crypto";

const CONSONANTS = "bdfgklmnprstvz";
const VOWELS = "aeiou";

const syllable = (): string => `${CONSONANTS[randomInt(CONSONANTS.length)] as string}${VOWELS[randomInt(VOWELS.length)] as string}`;

/**
 * A word that stands nowhere by chance, to be searched for: six syllables, one of more than 10^11, which a person who looks
 * at a screenshot reads as a name.
 */
export function randomWord(): string {
  const word = Array.from({ length: 6 }, syllable).join("");
  return word.charAt(0).toUpperCase() + word.slice(1);
}
