import type { Bytes } from "../../base/bytes.ts";
import { TAG } from "../der-reader.ts";
import { type DistinguishedName, sameName } from "../name.ts";
import { type EntryFacts, readEntry } from "./crl-entry.ts";
import { skipEntryExtensions } from "./crl-entry-extensions.ts";
import { hasSerial } from "./entry-serial.ts";
import { OctetCursor } from "./octet-cursor.ts";
import { refuse } from "./refuse.ts";
import { SerialTable } from "./serial-table.ts";

/** `30 len`, `02 01 xx`, `17 0d` and thirteen octets: no entry is shorter. */
const SHORTEST_ENTRY = 20;

/** Certificate issuers of an indirect list: each speaks for the entries from `from` on, until the next (RFC 5280 §5.3.3). */
export interface EntryIssuers {
  from: number[];
  names: DistinguishedName[][];
}

/**
 * The revokedCertificates of a list (RFC 5280 §5.1.2.6), in whatever order: where each entry begins, and nothing else,
 * so that a million of them cost four octets each. Every entry was walked through once, and is of its structure.
 */
export class CrlEntries {
  readonly #bytes: Bytes;
  readonly #starts: Uint32Array;
  readonly #issuers: EntryIssuers;
  /** Critical extensions of entries that are not understood here, dotted; the list must then not be used (RFC 5280 §5.3). */
  readonly criticalUnknown: string[];
  /** Null where a table is of no use. */
  #table: SerialTable | null | undefined;
  #asked = false;

  constructor(bytes: Bytes, starts: Uint32Array, issuers: EntryIssuers, criticalUnknown: string[]) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#issuers = issuers;
    this.criticalUnknown = criticalUnknown;
  }

  get count(): number {
    return this.#starts.length;
  }

  /**
   * Finds a certificate's entry.
   * @param serial contents octets of the serial number, shortest form
   * @param listIssuer who issued the certificates of entries that name nobody
   */
  find(serial: Bytes, issuer: DistinguishedName, listIssuer: DistinguishedName): EntryFacts | null {
    for (const index of this.#withSerial(serial)) {
      if (this.#issuersOf(index, listIssuer).some((name) => sameName(name, issuer))) return readEntry(this.#bytes, this.#starts[index] as number);
    }
    return null;
  }

  /** Looks through all at the first question, which is cheaper than a table; a second one is worth it. */
  #withSerial(serial: Bytes): number[] {
    if (this.#asked && this.#table === undefined) this.#table = SerialTable.of(this.#bytes, this.#starts);
    this.#asked = true;
    if (this.#table) return this.#table.find(serial);
    const found: number[] = [];
    for (let i = 0; i < this.#starts.length; i++) if (hasSerial(this.#bytes, this.#starts[i] as number, serial)) found.push(i);
    return found;
  }

  #issuersOf(index: number, listIssuer: DistinguishedName): DistinguishedName[] {
    const { from, names } = this.#issuers;
    let low = 0;
    let high = from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((from[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    return names[low - 1] ?? [listIssuer];
  }
}

/**
 * Walks through the entries of a revokedCertificates, from its contents octets.
 * @param extended whether entries may have extensions, which lists of version 1 have not
 * @param sole whose certificates alone they may be; null for an indirect list
 * Throws `revocation.malformed`, `limits.revocation`.
 */
export function readEntries(bytes: Bytes, extended: boolean, sole: DistinguishedName | null): CrlEntries {
  const end = bytes.length;
  const starts = new Uint32Array(Math.ceil(end / SHORTEST_ENTRY));
  const issuers: EntryIssuers = { from: [], names: [] };
  const gathered = { sole, issuers, critical: new Set<string>(), known: new Map<string, DistinguishedName[]>() };
  const cursor = new OctetCursor(bytes, 0);
  let count = 0;
  while (cursor.at < end) {
    starts[count] = cursor.at;
    const close = cursor.open(TAG.sequence, end);
    skipSerial(cursor, close);
    skipTime(cursor, close);
    if (cursor.at < close) {
      if (!extended) refuse();
      skipEntryExtensions(cursor, close, count, gathered);
    }
    if (cursor.at !== close) refuse();
    count++;
  }
  return new CrlEntries(bytes, starts.subarray(0, count), issuers, [...gathered.critical]);
}

/** Serial numbers of up to 64 octets, as certificates may have here. */
function skipSerial(cursor: OctetCursor, end: number): void {
  const close = cursor.open(TAG.integer, end);
  if (close === cursor.at || close - cursor.at > 64) refuse();
  cursor.at = close;
}

/** A time of RFC 5280 §5.1.2.6: digits and `Z`; what date they name is read where it is asked for. */
function skipTime(cursor: OctetCursor, end: number): void {
  const generalized = cursor.bytes[cursor.at] === TAG.generalizedTime;
  const close = cursor.open(generalized ? TAG.generalizedTime : TAG.utcTime, end);
  if (close - cursor.at !== (generalized ? 15 : 13) || cursor.bytes[close - 1] !== 0x5a) refuse();
  for (let i = cursor.at; i < close - 1; i++) {
    const digit = cursor.bytes[i] as number;
    if (digit < 0x30 || digit > 0x39) refuse();
  }
  cursor.at = close;
}
