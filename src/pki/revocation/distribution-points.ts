import type { Bytes } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import type { Certificate } from "../certificate.ts";
import { DerReader, TAG, contextTag } from "../der-reader.ts";
import type { DistinguishedName } from "../name.ts";
import { OID } from "../oids.ts";
import { crlLimits } from "./limits.ts";
import { type PointName, readPlaceNames, readPointName } from "./point-name.ts";
import { ALL_REASONS, type ReasonMask, readReasonFlags } from "./reasons.ts";
import { reading, refuse } from "./refuse.ts";

/** A DistributionPoint (RFC 5280 §4.2.1.13): where a certificate's revocation is told, and by whom. */
export interface DistributionPoint {
  name: PointName | null;
  reasons: ReasonMask;
  /** Names of the CRL issuer; null if that is the certificate's issuer. */
  crlIssuers: DistinguishedName[] | null;
}

/** Reads CRLDistributionPoints, which freshestCRL has the form of too. Throws `revocation.malformed`. */
export function readDistributionPoints(value: Bytes): DistributionPoint[] {
  return reading(() => {
    const outer = new DerReader(value);
    const points = outer.enter().rest();
    outer.end();
    if (points.length === 0) refuse();
    if (points.length > crlLimits.points) throw new SmimeError("limits.revocation");
    return points.map(({ tag, content }) => {
      if (tag !== TAG.sequence) refuse();
      const fields = new DerReader(content);
      const name = fields.optional(contextTag(0));
      const reasons = fields.optional(contextTag(1, "primitive"));
      const issuers = fields.optional(contextTag(2));
      fields.end();
      // RFC 5280 §4.2.1.13: a point must not consist of reasons alone.
      if (name === null && issuers === null) refuse();
      return {
        name: name === null ? null : readPointName(name.content),
        reasons: reasons === null ? ALL_REASONS : readReasonFlags(reasons),
        crlIssuers: issuers === null ? null : readPlaceNames(issuers.content).flatMap((each) => (each.kind === "directory" ? [each.name] : [])),
      };
    });
  });
}

/** The distribution points that a certificate names; none if it has none. Throws `revocation.malformed`. */
export function distributionPointsOf(certificate: Certificate): DistributionPoint[] {
  const extension = certificate.all.get(OID.crlDistributionPoints);
  return extension === undefined ? [] : readDistributionPoints(extension.value);
}

/**
 * The points to look at, in the order of RFC 5280 §6.3.3: those that the certificate names, then its issuer's own name for lists
 * that no point speaks of. Where every point names another CRL issuer, the issuer left revocation to that one, and a list of its own
 * need not hold the certificate. Throws `revocation.malformed`.
 */
export function pointsToAsk(certificate: Certificate): DistributionPoint[] {
  const named = distributionPointsOf(certificate);
  if (named.length > 0 && named.every((point) => point.crlIssuers !== null)) return named;
  const own: DistributionPoint = {
    name: { kind: "full", names: [{ kind: "directory", name: certificate.issuer }] },
    reasons: ALL_REASONS,
    crlIssuers: null,
  };
  return [...named, own];
}
