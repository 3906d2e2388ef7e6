import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { joined } from "../base/pieces.ts";
import type { Tlv } from "../pki/der-reader.ts";
import { cmsLimits } from "./limits.ts";

/** Ends the reading of an object that is not what it should be. */
export function malformed(): never {
  throw new SmimeError("cms.malformed");
}

interface Budget {
  nodes: number;
}

/**
 * One BER element of a CMS object (X.690 §8). Views into the input, made when asked for: nothing is copied, and what lies
 * inside an element of definite length is read only by who needs it. Elements of indefinite length are read
 * at once, because their end is not known otherwise; each octet is so looked at once, however deep it lies.
 */
export class BerElement implements Tlv {
  /** The identifier octet; tag numbers above 30 do not occur in CMS. */
  readonly tag: number;
  readonly #input: Bytes;
  readonly #start: number;
  readonly #contentStart: number;
  readonly #contentEnd: number;
  /** The octet after the element, the end-of-contents octets of an indefinite length included. */
  readonly end: number;
  readonly #budget: Budget;
  readonly #depth: number;
  #children: BerElement[] | null = null;

  constructor(input: Bytes, at: number, limit: number, budget: Budget, depth: number) {
    if (depth > cmsLimits.depth || --budget.nodes < 0) throw new SmimeError("limits.cms-nodes");
    if (limit - at < 2) malformed();
    this.tag = input[at] as number;
    if ((this.tag & 0x1f) === 0x1f || this.tag === 0) malformed();
    this.#input = input;
    this.#start = at;
    this.#budget = budget;
    this.#depth = depth;
    const first = input[at + 1] as number;
    if (first === 0x80) {
      if (!this.constructed) malformed();
      this.#contentStart = at + 2;
      this.#children = [];
      let inner = this.#contentStart;
      while (!(limit - inner >= 2 && input[inner] === 0 && input[inner + 1] === 0)) {
        const child = new BerElement(input, inner, limit, budget, depth + 1);
        this.#children.push(child);
        inner = child.end;
      }
      this.#contentEnd = inner;
      this.end = inner + 2;
      return;
    }
    // Four octets name 4 GiB: more than any input that is read here.
    const count = first < 0x80 ? 0 : first & 0x7f;
    if (count > 4 || at + 2 + count > limit) malformed();
    let length = count === 0 ? first : 0;
    for (let i = 0; i < count; i++) length = length * 256 + (input[at + 2 + i] as number);
    this.#contentStart = at + 2 + count;
    if (length > limit - this.#contentStart) malformed();
    this.#contentEnd = this.#contentStart + length;
    this.end = this.#contentEnd;
  }

  get constructed(): boolean {
    return (this.tag & 0x20) !== 0;
  }

  /** The whole element with its header, as it came. */
  get raw(): Bytes {
    return this.#input.subarray(this.#start, this.end);
  }

  /** The contents octets as they came, without end-of-contents octets. */
  get content(): Bytes {
    return this.#input.subarray(this.#contentStart, this.#contentEnd);
  }

  /** The elements inside a constructed one. Throws `cms.malformed`, `limits.cms-nodes`. */
  get children(): readonly BerElement[] {
    if (!this.constructed) malformed();
    if (this.#children === null) {
      const children: BerElement[] = [];
      for (let at = this.#contentStart; at < this.#contentEnd; at = (children.at(-1) as BerElement).end) {
        children.push(new BerElement(this.#input, at, this.#contentEnd, this.#budget, this.#depth + 1));
      }
      this.#children = children;
    }
    return this.#children;
  }

  /**
   * The segments of an OCTET STRING in order: one if primitive, else those of its parts at any depth (X.690 §8.7.3).
   * `tag` is the primitive identifier octet, another than 0x04 where an implicit tag took its place. Throws `cms.malformed`.
   */
  segments(tag = 0x04): Bytes[] {
    if (this.tag === tag) return [this.content];
    if (this.tag !== (tag | 0x20)) malformed();
    const all: Bytes[] = [];
    // Inside a constructed string every segment has the universal tag, whatever tag the whole has.
    for (const child of this.children) {
      if (child.tag === 0x04) all.push(child.content);
      else for (const segment of child.segments()) all.push(segment);
    }
    return all;
  }

  /** The octets of an OCTET STRING: a view if it is in one piece, else joined. Throws `cms.malformed`. */
  octets(tag = 0x04): Bytes {
    return joined(this.segments(tag));
  }
}

/** Reads the element that the input begins with. Throws `cms.malformed`, `limits.cms-nodes`. */
export function readBer(input: Bytes): BerElement {
  return new BerElement(input, 0, input.length, { nodes: cmsLimits.nodes }, 0);
}
