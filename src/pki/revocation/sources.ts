import { latin1 } from "../../base/bytes.ts";
import type { Certificate } from "../certificate.ts";
import { DerReader, TAG, contextTag } from "../der-reader.ts";
import { oidOf } from "../der-values.ts";
import { OID } from "../oids.ts";
import { distributionPointsOf } from "./distribution-points.ts";
import { fetchLimits } from "./limits.ts";

/** Where a certificate says that its revocation is told. */
export interface RevocationSources {
  ocsp: string[];
  crls: string[];
}

/** What whoever fetches can do: `http` with TLS and without, `ldap` likewise. */
export type Scheme = "http" | "ldap";

/**
 * Reads the places that a fetcher can ask, as many as one check may; those over HTTP first, because they answer more often.
 * OCSP has no LDAP (RFC 6960 A). A certificate that cannot be read names none.
 */
export function sourcesOf(certificate: Certificate, can: readonly Scheme[] = ["http"]): RevocationSources {
  return { ocsp: places(() => respondersOf(certificate), can.filter((scheme) => scheme === "http")), crls: places(() => listsOf(certificate), can) };
}

function places(read: () => string[], can: readonly Scheme[]): string[] {
  try {
    const named = [...new Set(read())];
    const [http, ldap] = [can.includes("http") ? named.filter(isHttp) : [], can.includes("ldap") ? named.filter(isLdap) : []];
    return [...http, ...ldap].slice(0, fetchLimits.places);
  } catch {
    return [];
  }
}

/** Plain HTTP is usual: what is fetched is signed (RFC 5280 §8, RFC 6960 A.1). A name and password in an address are somebody's trick. */
export function isHttp(text: string): boolean {
  return isPlace(text, ["http:", "https:"]);
}

/** The same for LDAP (RFC 5280 §4.2.1.13). An address without a host means a directory that only the issuer knows. */
export function isLdap(text: string): boolean {
  return isPlace(text, ["ldap:", "ldaps:"]);
}

function isPlace(text: string, protocols: string[]): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && protocols.includes(url.protocol) && url.hostname !== "" && url.username === "" && url.password === "";
}

/** Uniform names under id-ad-ocsp of authorityInfoAccess (RFC 5280 §4.2.2.1). */
function respondersOf(certificate: Certificate): string[] {
  const extension = certificate.all.get(OID.authorityInfoAccess);
  if (extension === undefined) return [];
  return new DerReader(extension.value).enter().rest().flatMap((description) => {
    const fields = new DerReader(description.content);
    const method = oidOf(fields.next(TAG.oid));
    const place = fields.next();
    return method === OID.OCSP && place.tag === contextTag(6, "primitive") ? [latin1(place.content)] : [];
  });
}

/** One list of each point may suffice, so the first names of all points come before the second ones. */
function listsOf(certificate: Certificate): string[] {
  const named = distributionPointsOf(certificate).map(({ name }) => (name?.kind === "full" ? name.names.flatMap((each) => (each.kind === "uri" ? [each.text] : [])) : []));
  const longest = Math.max(0, ...named.map((names) => names.length));
  return Array.from({ length: longest }, (_, i) => named.flatMap((names) => names[i] ?? [])).flat();
}
