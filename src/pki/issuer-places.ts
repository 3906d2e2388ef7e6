import type { Bytes } from "../base/bytes.ts";
import { certificateBlobs } from "./certificate-file.ts";
import { type Certificate, isSelfIssued, parseCertificate } from "./certificate.ts";
import { sameName } from "./name.ts";
import { OID } from "./oids.ts";
import type { PathAnswer } from "./path.ts";
import { accessPlaces, isHttp, isLdap } from "./revocation/sources.ts";

/** What looking for missing issuers may cost: one is a few KiB, and real chains lack one or two. */
export const issuerLimits = {
  /** Places that one certificate may name. */
  places: 4,
  /** Octets of one answer. */
  size: 256 * 1024,
  /** Certificates of one answer that are kept. */
  certificates: 20,
  /** How often a chain may be made longer. */
  rounds: 4,
} as const;

/**
 * Where a certificate says that its issuer's certificates are (caIssuers of authorityInfoAccess, RFC 5280 §4.2.2.1), over HTTP
 * first, then in directories. None for one that cannot be read, and none for a root.
 */
export function issuerPlaces(certificate: Certificate): string[] {
  if (isSelfIssued(certificate)) return [];
  try {
    const places = [...new Set(accessPlaces(certificate, OID.caIssuers))];
    return [...places.filter(isHttp), ...places.filter(isLdap)].slice(0, issuerLimits.places);
  } catch {
    return [];
  }
}

/**
 * Reads what such a place answers: one certificate or a certs-only SignedData, DER or PEM.
 * Throws `pki.malformed` if nothing in it may be the issuer.
 */
export function readIssuers(octets: Bytes, certificate: Certificate): Bytes[] {
  return certificateBlobs(octets)
    .slice(0, issuerLimits.certificates)
    .filter((der, _i, all) => isIssuerOf(der, certificate) || all.some((other) => isIssuerOf(other, certificate)));
}

function isIssuerOf(der: Bytes, certificate: Certificate): boolean {
  try {
    return sameName(parseCertificate(der).subject, certificate.issuer);
  } catch {
    return false;
  }
}

/**
 * Validates, and as long as no path reaches a trusted authority, looks for the issuer of the certificate where the longest path
 * ends and validates again with what was found. It ends where nothing new was found, so that loops end too.
 * @param validate validates with certificates that were found added
 * @param issuersOf certificates that may be the issuer's, trusted for nothing
 */
export async function withIssuers<T extends { answer: PathAnswer }>(
  validate: (found: readonly Certificate[]) => Promise<T>,
  issuersOf: (certificate: Certificate) => Promise<readonly Certificate[]>,
): Promise<T> {
  const found = new Map<string, Certificate>();
  let outcome = await validate([]);
  for (let round = 0; round < issuerLimits.rounds; round++) {
    const last = outcome.answer.reached.at(-1);
    if (outcome.answer.code !== "pki.untrusted" || last === undefined) break;
    const before = found.size;
    for (const issuer of await issuersOf(last)) found.set(await issuer.sha256(), issuer);
    if (found.size === before) break;
    outcome = await validate([...found.values()]);
  }
  return outcome;
}
