import { latin1 } from "../../base/bytes.ts";
import type { Certificate } from "../certificate.ts";
import { DerReader, TAG, contextTag } from "../der-reader.ts";
import { oidOf } from "../der-values.ts";
import { OID } from "../oids.ts";
import { distributionPointsOf } from "./distribution-points.ts";
import { fetchLimits } from "./limits.ts";

/** Where a certificate says that its revocation is told: answers over HTTP, lists over HTTP, and over LDAP for who can do it. */
export interface RevocationSources {
  ocsp: string[];
  crls: string[];
}

/**
 * Reads them, as many as one check may ask. A certificate that cannot be read names none.
 * @param ldap whether lists in directories are asked for too, after the others
 */
export function sourcesOf(certificate: Certificate, ldap = false): RevocationSources {
  const lists = every(() => listsOf(certificate));
  const crls = [...lists.filter(isHttp), ...(ldap ? lists.filter(isLdap) : [])];
  return { ocsp: every(() => accessPlaces(certificate, OID.OCSP)).filter(isHttp).slice(0, fetchLimits.places), crls: crls.slice(0, fetchLimits.places) };
}

/** Tells whether a certificate says where its revocation is told, in whatever way; one that cannot be read may say it. */
export function namesSource(certificate: Certificate): boolean {
  if (certificate.all.has(OID.crlDistributionPoints)) return true;
  try {
    return accessPlaces(certificate, OID.OCSP).length > 0;
  } catch {
    return true;
  }
}

function every(read: () => string[]): string[] {
  try {
    return [...new Set(read())];
  } catch {
    return [];
  }
}

/** Plain HTTP is usual: what is fetched is signed (RFC 5280 §8, RFC 6960 A.1). A name and password in an address are somebody's trick. */
export function isHttp(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.password === "";
}

/** Tells whether a place lies in a directory: a server's name, and none of a person (RFC 4516). */
export function isLdap(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && (url.protocol === "ldap:" || url.protocol === "ldaps:") && url.hostname !== "" && url.username === "" && url.password === "";
}

/** Uniform names under one access method of authorityInfoAccess (RFC 5280 §4.2.2.1). Throws `pki.malformed`. */
export function accessPlaces(certificate: Certificate, wanted: string): string[] {
  const extension = certificate.all.get(OID.authorityInfoAccess);
  if (extension === undefined) return [];
  return new DerReader(extension.value).enter().rest().flatMap((description) => {
    const fields = new DerReader(description.content);
    const method = oidOf(fields.next(TAG.oid));
    const place = fields.next();
    return method === wanted && place.tag === contextTag(6, "primitive") ? [latin1(place.content)] : [];
  });
}

/** One list of each point may suffice, so the first names of all points come before the second ones. */
function listsOf(certificate: Certificate): string[] {
  const named = distributionPointsOf(certificate).map(({ name }) => (name?.kind === "full" ? name.names.flatMap((each) => (each.kind === "uri" ? [each.text] : [])) : []));
  const longest = Math.max(0, ...named.map((names) => names.length));
  return Array.from({ length: longest }, (_, i) => named.flatMap((names) => names[i] ?? [])).flat();
}
