const LF = 10;

/** Places that a message's multiparts have been searched at, all together. */
export interface SearchWork {
  steps: number;
}

/**
 * Finds lines that begin with given octets (Horspool 1980): it looks at one octet in about as many as there are to find, so that
 * a large attachment costs next to nothing. What is compared lies within one line, so no text makes it compare an octet twice.
 */
export class DelimiterSearch {
  readonly #octets: Uint8Array;
  /** How far the place moves on, by the octet under the last one of those to find. */
  readonly #moves: Uint16Array;
  readonly #work: SearchWork;
  readonly #maxSteps: number;

  constructor(octets: Uint8Array, work: SearchWork, maxSteps: number) {
    const last = octets.length - 1;
    this.#octets = octets;
    this.#moves = new Uint16Array(256).fill(octets.length);
    for (let i = 0; i < last; i++) this.#moves[octets[i] as number] = last - i;
    this.#work = work;
    this.#maxSteps = maxSteps;
  }

  /** The first such line from `from` on, itself the start of a line; `end` if there is none; null if it took more steps than there may be. */
  next(source: Uint8Array, from: number, end: number): number | null {
    const last = this.#octets.length - 1;
    const moves = this.#moves;
    const wanted = this.#octets[last];
    let left = this.#maxSteps - this.#work.steps;
    for (let at = from; at + last < end; ) {
      if (--left < 0) return null;
      const seen = source[at + last] as number;
      if (seen === wanted && (at === from || source[at - 1] === LF) && this.#standsAt(source, at)) {
        this.#work.steps = this.#maxSteps - left;
        return at;
      }
      at += moves[seen] as number;
    }
    this.#work.steps = this.#maxSteps - left;
    return end;
  }

  #standsAt(source: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#octets.length; i++) if (source[at + i] !== this.#octets[i]) return false;
    return true;
  }
}
