import type { Bytes } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { DerReader, TAG, contextTag } from "../der-reader.ts";
import { bigIntegerOf, booleanOf } from "../der-values.ts";
import { type Extension, readExtensionList } from "../extension-list.ts";
import { OID } from "../oids.ts";
import { crlLimits } from "./limits.ts";
import { type PointName, readPointName } from "./point-name.ts";
import { ALL_REASONS, type ReasonMask, readReasonFlags } from "./reasons.ts";
import { refuse } from "./refuse.ts";

/** IssuingDistributionPoint (RFC 5280 §5.2.5): of which certificates and reasons a list speaks. */
export interface IssuingDistributionPoint {
  /** As encoded, to compare a delta's scope with its base's. */
  der: Bytes;
  name: PointName | null;
  onlyUserCertificates: boolean;
  onlyAuthorityCertificates: boolean;
  onlyAttributeCertificates: boolean;
  reasons: ReasonMask;
  indirect: boolean;
}

export interface CrlExtensions {
  /** CRL number; null if the list has none, as old ones have not. */
  number: bigint | null;
  /** Number of the list that a delta builds on; null for a complete list (RFC 5280 §5.2.4). */
  baseNumber: bigint | null;
  /** Null for a list of all certificates of its issuer. */
  scope: IssuingDistributionPoint | null;
  /** The key identifier alone. */
  authorityKeyIdentifier: Bytes | null;
  /** freshestCRL as it came (RFC 5280 §5.2.6), for who fetches. */
  freshest: Bytes | null;
  /** Critical extensions that are not understood here, dotted. */
  criticalUnknown: string[];
}

export const NO_EXTENSIONS: CrlExtensions = { number: null, baseNumber: null, scope: null, authorityKeyIdentifier: null, freshest: null, criticalUnknown: [] };

/** Reads a list's extensions. Throws `pki.malformed`, `revocation.malformed`, `limits.revocation`. */
export function readCrlExtensions(list: DerReader): CrlExtensions {
  const out: CrlExtensions = { ...NO_EXTENSIONS, criticalUnknown: [] };
  let count = 0;
  for (const extension of readExtensionList(list)) {
    if (++count > crlLimits.extensions) throw new SmimeError("limits.revocation");
    readKnown(out, extension);
  }
  if (count === 0) refuse();
  return out;
}

function readKnown(out: CrlExtensions, { oid, critical, value }: Extension): void {
  const reader = new DerReader(value);
  switch (oid) {
    case OID.cRLNumber:
      // RFC 5280 §5.2.3: never critical.
      if (critical) refuse();
      out.number = bigIntegerOf(reader.next(TAG.integer));
      break;
    case OID.deltaCRLIndicator:
      out.baseNumber = bigIntegerOf(reader.next(TAG.integer));
      break;
    case OID.issuingDistributionPoint:
      out.scope = readScope(value, reader.enter());
      break;
    case OID.authorityKeyIdentifier:
      out.authorityKeyIdentifier = reader.enter().optional(contextTag(0, "primitive"))?.content ?? null;
      break;
    case OID.freshestCRL:
      out.freshest = value;
      return;
    default:
      if (critical) out.criticalUnknown.push(oid);
      return;
  }
  reader.end();
}

function readScope(der: Bytes, fields: DerReader): IssuingDistributionPoint {
  const flag = (number: number): boolean => {
    const tlv = fields.optional(contextTag(number, "primitive"));
    return tlv !== null && booleanOf(tlv);
  };
  const name = fields.optional(contextTag(0));
  const onlyUserCertificates = flag(1);
  const onlyAuthorityCertificates = flag(2);
  const reasons = fields.optional(contextTag(3, "primitive"));
  const indirect = flag(4);
  const onlyAttributeCertificates = flag(5);
  fields.end();
  const kinds = [onlyUserCertificates, onlyAuthorityCertificates, onlyAttributeCertificates].filter(Boolean).length;
  // RFC 5280 §5.2.5: at most one kind, and not an empty sequence.
  if (kinds > 1 || (name === null && kinds === 0 && reasons === null && !indirect)) refuse();
  return {
    der,
    name: name === null ? null : readPointName(name.content),
    onlyUserCertificates,
    onlyAuthorityCertificates,
    onlyAttributeCertificates,
    reasons: reasons === null ? ALL_REASONS : readReasonFlags(reasons),
    indirect,
  };
}
