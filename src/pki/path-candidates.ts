import { equal } from "../base/bytes.ts";
import { type Certificate, isSelfIssued } from "./certificate.ts";
import { type DistinguishedName, sameName } from "./name.ts";

/** Certificates by their subject, each once. */
export type CertificateIndex = ReadonlyMap<string, readonly Certificate[]>;

/** A certificate that may have issued another. */
export interface Candidate {
  certificate: Certificate;
  anchor: boolean;
}

function keyOf(name: DistinguishedName): string {
  return name.comparable.join();
}

export function indexOf(list: readonly Certificate[]): CertificateIndex {
  const index = new Map<string, Certificate[]>();
  for (const certificate of list) {
    const key = keyOf(certificate.subject);
    const same = index.get(key);
    if (same === undefined) index.set(key, [certificate]);
    else if (!same.some((other) => equal(other.der, certificate.der))) same.push(certificate);
  }
  return index;
}

/** Certificates of a name: anchors, then others that are none. */
export function certificatesNamed(name: DistinguishedName, anchors: CertificateIndex, others: CertificateIndex): Candidate[] {
  const key = keyOf(name);
  const trusted = anchors.get(key) ?? [];
  const rest = (others.get(key) ?? []).filter((other) => !trusted.some((anchor) => equal(anchor.der, other.der)));
  return [...trusted.map((certificate) => ({ certificate, anchor: true })), ...rest.map((certificate) => ({ certificate, anchor: false }))];
}

/** The likeliest issuer first (RFC 4158 §3.5): by key identifier, then in its time, then trusted, then self-issued, then issued last. */
export function likeliestFirst(child: Certificate, candidates: readonly Candidate[], at: Date): Candidate[] {
  if (candidates.length < 2) return [...candidates];
  const rank = ({ certificate, anchor }: Candidate): number => {
    const fits = identifies(child, certificate);
    const timely = certificate.notBefore <= at && at <= certificate.notAfter;
    return (fits === false ? 16 : fits === null ? 8 : 0) + (timely ? 0 : 4) + (anchor ? 0 : 2) + (isSelfIssued(certificate) ? 0 : 1);
  };
  const later = (a: Date, b: Date): number => b.getTime() - a.getTime();
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate) }))
    .sort((a, b) => a.rank - b.rank || later(a.candidate.certificate.notBefore, b.candidate.certificate.notBefore) || later(a.candidate.certificate.notAfter, b.candidate.certificate.notAfter))
    .map(({ candidate }) => candidate);
}

/**
 * Tells whether a certificate's authority key identifier speaks of this issuer; null if nothing can be said. Identifiers
 * are hints (RFC 4158 §3.5.12): they order the search and decide nothing.
 */
export function identifies(child: Certificate, issuer: Certificate): boolean | null {
  const { authorityKeyIdentifier, authorityCertificate } = child;
  const key = authorityKeyIdentifier === null || issuer.subjectKeyIdentifier === null ? null : equal(authorityKeyIdentifier, issuer.subjectKeyIdentifier);
  if (key === false || authorityCertificate === null) return key;
  return authorityCertificate.serial === issuer.serial && authorityCertificate.issuer.some((name) => name.kind === "directory" && sameName(name.name, issuer.issuer));
}

/** The same name and key twice is a loop, whatever certificate says it (RFC 4158 §2.4.2). */
export function sameHolder(a: Certificate, b: Certificate): boolean {
  return equal(a.spki, b.spki) && sameName(a.subject, b.subject);
}
