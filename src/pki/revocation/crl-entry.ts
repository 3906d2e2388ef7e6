import type { Bytes } from "../../base/bytes.ts";
import { DerReader, TAG } from "../der-reader.ts";
import { countOf, timeOf } from "../der-values.ts";
import { readExtension } from "../extension-list.ts";
import { OID } from "../oids.ts";
import { type RevocationReason, reasonOf } from "./reasons.ts";
import { reading } from "./refuse.ts";

/** What a list says of one certificate. */
export interface EntryFacts {
  revokedAt: Date;
  /** `unspecified` where the entry gives none (RFC 5280 §5.3.1). */
  reason: RevocationReason;
  /** Since when the key is suspected to have been misused; null if not told. */
  invalidityDate: Date | null;
}

/** An ENUMERATED's value. Throws `pki.malformed`. */
export function enumeratedOf(reader: DerReader): number {
  return countOf({ ...reader.next(0x0a), tag: TAG.integer });
}

/** Reads the entry that begins at `start`. Throws `revocation.malformed`. */
export function readEntry(bytes: Bytes, start: number): EntryFacts {
  return reading(() => {
    const fields = new DerReader(bytes.subarray(start)).enter();
    fields.next(TAG.integer);
    const facts: EntryFacts = { revokedAt: timeOf(fields.next()), reason: "unspecified", invalidityDate: null };
    for (const extension of fields.enterOptional(TAG.sequence)?.rest() ?? []) {
      const { oid, value } = readExtension(extension);
      if (oid === OID.cRLReason) facts.reason = reasonOf(enumeratedOf(new DerReader(value)));
      if (oid === OID.invalidityDate) facts.invalidityDate = timeOf(new DerReader(value).next(TAG.generalizedTime));
    }
    return facts;
  });
}
