import type { Bytes } from "../../base/bytes.ts";
import { refuse } from "./refuse.ts";

/** Walks DER in place, where a view for each element of a million entries would cost more than all the rest. Throws `revocation.malformed`. */
export class OctetCursor {
  readonly bytes: Bytes;
  at: number;

  constructor(bytes: Bytes, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Steps over the header of an element that has this tag and ends by `end`; answers where its contents end. */
  open(tag: number, end: number): number {
    const { bytes } = this;
    if (this.at + 2 > end || bytes[this.at] !== tag) refuse();
    const first = bytes[this.at + 1] as number;
    this.at += 2;
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4 || this.at + count > end) refuse();
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[this.at + i] as number);
      // Shortest form alone (X.690 §10.1).
      if (length < 0x80 || length < 2 ** (8 * (count - 1))) refuse();
      this.at += count;
    }
    const close = this.at + length;
    if (close > end) refuse();
    return close;
  }

  /** Steps over a whole element that has this tag. */
  skip(tag: number, end: number): void {
    this.at = this.open(tag, end);
  }
}
