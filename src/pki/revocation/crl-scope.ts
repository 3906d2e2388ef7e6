import { equal } from "../../base/bytes.ts";
import type { Certificate } from "../certificate.ts";
import { sameName } from "../name.ts";
import type { Crl } from "./crl.ts";
import type { IssuingDistributionPoint } from "./crl-extensions.ts";
import type { DistributionPoint } from "./distribution-points.ts";
import { type PlaceName, fullNames, shareName } from "./point-name.ts";
import type { ReasonMask } from "./reasons.ts";

/**
 * Of which reasons a complete list speaks for a certificate, asked for one of its distribution points; nought if it does not
 * speak for it (RFC 5280 §6.3.3 (b) and (d)). Throws `pki.malformed`.
 */
export function reasonsCovered(crl: Crl, certificate: Certificate, point: DistributionPoint): ReasonMask {
  if (!issuerFits(crl, certificate, point)) return 0;
  if (crl.scope === null) return point.reasons;
  if (!nameFits(crl, crl.scope, certificate, point) || !kindFits(crl.scope, certificate)) return 0;
  return crl.scope.reasons & point.reasons;
}

/** (b)(1): the point's CRL issuer, by an indirect list, or else the certificate's issuer. */
function issuerFits(crl: Crl, certificate: Certificate, point: DistributionPoint): boolean {
  if (point.crlIssuers === null) return sameName(crl.issuer, certificate.issuer);
  return crl.scope?.indirect === true && point.crlIssuers.some((name) => sameName(name, crl.issuer));
}

/** (b)(2)(i): a list of one point speaks for certificates that name this point. */
function nameFits(crl: Crl, scope: IssuingDistributionPoint, certificate: Certificate, point: DistributionPoint): boolean {
  if (scope.name === null) return true;
  const ofPoint: PlaceName[] =
    point.name === null
      ? (point.crlIssuers ?? []).map((name) => ({ kind: "directory", name }))
      : fullNames(point.name, point.crlIssuers ?? [certificate.issuer]);
  return shareName(fullNames(scope.name, [crl.issuer]), ofPoint);
}

/** (b)(2)(ii) to (iv). A certificate of version 1 does not say of which kind it is. */
function kindFits(scope: IssuingDistributionPoint, certificate: Certificate): boolean {
  if (scope.onlyAttributeCertificates) return false;
  if (!scope.onlyUserCertificates && !scope.onlyAuthorityCertificates) return true;
  return certificate.version === 3 && scope.onlyAuthorityCertificates === (certificate.basicConstraints?.ca === true);
}

/** Tells whether a delta brings a complete list up to date (RFC 5280 §5.2.4 and §6.3.3 (c)); keys are compared elsewhere. */
export function deltaFits(delta: Crl, base: Crl): boolean {
  const scopes = delta.scope === null || base.scope === null ? delta.scope === base.scope : equal(delta.scope.der, base.scope.der);
  const keys = delta.authorityKeyIdentifier === null || base.authorityKeyIdentifier === null || equal(delta.authorityKeyIdentifier, base.authorityKeyIdentifier);
  if (!scopes || !keys || !sameName(delta.issuer, base.issuer)) return false;
  if (delta.baseNumber === null || delta.number === null || base.number === null) return false;
  return delta.baseNumber <= base.number && base.number < delta.number;
}
