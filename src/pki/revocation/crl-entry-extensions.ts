import { type Bytes, latin1 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { DerReader, TAG } from "../der-reader.ts";
import { oidOf } from "../der-values.ts";
import { type DistinguishedName, sameName } from "../name.ts";
import type { EntryIssuers } from "./crl-entries.ts";
import { crlLimits } from "./limits.ts";
import type { OctetCursor } from "./octet-cursor.ts";
import { readPlaceNames } from "./point-name.ts";
import { reading, refuse } from "./refuse.ts";

/** What the walk through the entries gathers from their extensions. */
export interface EntryGatherer {
  /** Whose certificates alone the list speaks of; null for an indirect one. */
  sole: DistinguishedName | null;
  issuers: EntryIssuers;
  /** Critical extensions that are not understood here, dotted. */
  critical: Set<string>;
  /** Lists name the same few issuers again and again: each is read once. By the value's octets. */
  known: Map<string, DistinguishedName[]>;
}

/** Last octets of the identifiers under id-ce (2.5.29) that entries have: reason, invalidity date, certificate issuer. */
const REASON = 21;
const INVALIDITY_DATE = 24;
const CERTIFICATE_ISSUER = 29;

/** The number under id-ce of an identifier's contents, or -1. */
function ceNumber(bytes: Bytes, from: number, to: number): number {
  return to - from === 3 && bytes[from] === 0x55 && bytes[from + 1] === 0x1d ? (bytes[from + 2] as number) : -1;
}

/** Walks through an entry's extensions (RFC 5280 §5.3). Throws `revocation.malformed`, `limits.revocation`. */
export function skipEntryExtensions(cursor: OctetCursor, end: number, index: number, gatherer: EntryGatherer): void {
  const close = cursor.open(TAG.sequence, end);
  if (cursor.at === close) refuse();
  const { bytes } = cursor;
  let seen = 0;
  for (let count = 0; cursor.at < close; count++) {
    if (count === crlLimits.extensions) throw new SmimeError("limits.revocation");
    const extensionEnd = cursor.open(TAG.sequence, close);
    const oidStart = cursor.at;
    const oidEnd = cursor.open(TAG.oid, extensionEnd);
    const number = ceNumber(bytes, cursor.at, oidEnd);
    cursor.at = oidEnd;
    const critical = readCritical(cursor, extensionEnd);
    const valueEnd = cursor.open(TAG.octetString, extensionEnd);
    if (valueEnd !== extensionEnd) refuse();
    if (number === CERTIFICATE_ISSUER) noteIssuers(gatherer, index, bytes.subarray(cursor.at, valueEnd));
    else if (critical && number !== REASON && number !== INVALIDITY_DATE) gatherer.critical.add(reading(() => oidOf(new DerReader(bytes.subarray(oidStart, oidEnd)).next())));
    // Two extensions of one kind contradict each other.
    if (number >= 0 && number < 32) {
      if ((seen & (1 << number)) !== 0) refuse();
      seen |= 1 << number;
    }
    cursor.at = valueEnd;
  }
}

function readCritical(cursor: OctetCursor, end: number): boolean {
  if (cursor.bytes[cursor.at] !== TAG.boolean) return false;
  const close = cursor.open(TAG.boolean, end);
  const value = cursor.bytes[cursor.at];
  if (close - cursor.at !== 1 || (value !== 0 && value !== 0xff)) refuse();
  cursor.at = close;
  return value === 0xff;
}

/**
 * RFC 5280 §5.3.3. Without a directory's name its entries, and all behind them, would be nobody's; and a list that is not
 * indirect names nobody but its own issuer, which some issuers do.
 */
function noteIssuers({ sole, issuers, known }: EntryGatherer, index: number, value: Bytes): void {
  const key = latin1(value);
  let found = known.get(key);
  if (found === undefined) {
    if (known.size === crlLimits.issuers) throw new SmimeError("limits.revocation");
    found = reading(() => {
      const reader = new DerReader(value);
      const list = readPlaceNames(reader.next(TAG.sequence).content);
      reader.end();
      return list.flatMap((name) => (name.kind === "directory" ? [name.name] : []));
    });
    if (found.length === 0 || (sole !== null && found.some((name) => !sameName(name, sole)))) refuse();
    known.set(key, found);
  }
  issuers.from.push(index);
  issuers.names.push(found);
}
