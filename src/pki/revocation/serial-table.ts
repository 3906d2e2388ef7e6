import type { Bytes } from "../../base/bytes.ts";
import { hasSerial, serialEnd, serialStart } from "./entry-serial.ts";

/** Steps to a free place that are tried: at half load a run is a few long, unless somebody chose the numbers. */
const LONGEST_RUN = 256;

/** A list's entries by serial number: open addressing over positions, eight octets an entry at most. */
export class SerialTable {
  readonly #bytes: Bytes;
  readonly #starts: Uint32Array;
  /** Index of an entry plus one; nought is free. */
  readonly #places: Uint32Array;

  private constructor(bytes: Bytes, starts: Uint32Array, places: Uint32Array) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#places = places;
  }

  /** Makes the table; null if so many numbers meet in one place that looking through all is better. */
  static of(bytes: Bytes, starts: Uint32Array): SerialTable | null {
    let size = 16;
    while (size < starts.length * 2) size *= 2;
    const places = new Uint32Array(size);
    for (let index = 0; index < starts.length; index++) {
      const entry = starts[index] as number;
      let place = hash(bytes, serialStart(bytes, entry), serialEnd(bytes, entry)) & (size - 1);
      for (let run = 0; places[place] !== 0; run++, place = (place + 1) & (size - 1)) if (run === LONGEST_RUN) return null;
      places[place] = index + 1;
    }
    return new SerialTable(bytes, starts, places);
  }

  /** Indexes of the entries of this serial number, in their order. */
  find(serial: Bytes): number[] {
    const found: number[] = [];
    const mask = this.#places.length - 1;
    for (let place = hash(serial, 0, serial.length) & mask; this.#places[place] !== 0; place = (place + 1) & mask) {
      const index = (this.#places[place] as number) - 1;
      if (hasSerial(this.#bytes, this.#starts[index] as number, serial)) found.push(index);
    }
    return found;
  }
}

/** FNV-1a, its high bits folded in. */
function hash(bytes: Bytes, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let i = from; i < to; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value ^ (value >>> 15);
}
