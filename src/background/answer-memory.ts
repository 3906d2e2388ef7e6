import type { Said } from "../pki/revocation/questions.ts";

/** A kept answer as it was read, with its octets counted. */
export interface Remembered {
  said: Said;
  size: number;
  fetchedAt: Date;
}

/** Twice a list of a million entries; what was parsed keeps the octets of the list and little besides. */
const MOST_OCTETS = 96 * 1024 * 1024;

/**
 * Answers that were read once, so that a long list costs its reading and its signature once in a background's life.
 * Those that were not used for longest are forgotten first; the newest stays, whatever its size.
 */
export class AnswerMemory {
  readonly #most: number;
  readonly #answers = new Map<string, Remembered>();
  #octets = 0;

  constructor(most = MOST_OCTETS) {
    this.#most = most;
  }

  get(key: string): Remembered | undefined {
    const found = this.#answers.get(key);
    if (found) {
      this.#answers.delete(key);
      this.#answers.set(key, found);
    }
    return found;
  }

  set(key: string, answer: Remembered): void {
    this.delete(key);
    this.#answers.set(key, answer);
    this.#octets += answer.size;
    for (const oldest of this.#answers.keys()) {
      if (this.#octets <= this.#most || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#octets -= this.#answers.get(key)?.size ?? 0;
    this.#answers.delete(key);
  }
}
