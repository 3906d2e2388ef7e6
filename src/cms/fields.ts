import { type BerElement, malformed } from "./ber.ts";

/** Takes the elements of a SEQUENCE one after another; every method throws `cms.malformed` for another structure. */
export class Fields {
  readonly #elements: readonly BerElement[];
  #at = 0;

  constructor(parent: BerElement, tag = 0x30) {
    if (parent.tag !== tag) malformed();
    this.#elements = parent.children;
  }

  next(tag?: number): BerElement {
    const element = this.#elements[this.#at++];
    if (element === undefined || (tag !== undefined && element.tag !== tag)) malformed();
    return element;
  }

  /** The next element if it has one of these tags, else null. */
  optional(...tags: number[]): BerElement | null {
    const element = this.#elements[this.#at];
    if (element === undefined || !tags.includes(element.tag)) return null;
    this.#at++;
    return element;
  }

  end(): void {
    if (this.#at !== this.#elements.length) malformed();
  }
}

/** The one element inside an explicit tag. Throws `cms.malformed`. */
export function explicit(element: BerElement): BerElement {
  const [inner, ...others] = element.children;
  if (inner === undefined || others.length > 0) malformed();
  return inner;
}
