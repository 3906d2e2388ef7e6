import { type Bytes, equal } from "../base/bytes.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import type { DistinguishedName } from "../pki/name.ts";
import { certificateLimits } from "../protocol/trust-port.ts";

/** A certificate of a layer, by the octets that came. */
interface Carried {
  der: Bytes;
  issuer: DistinguishedName;
}

/**
 * The certificates of a layer that are handed on with one of them: an object may carry more than a request between contexts takes
 * (`certificateLimits`). Those that a path from it may lead over come first: its issuer by name, that one's issuer, and so on.
 * @param all as they came, the certificate itself among them or not
 * @param most how many at most
 */
export function nearestCertificates(certificate: Certificate, all: readonly Bytes[], most: number = certificateLimits.count): Bytes[] {
  const others = all.filter((der) => der.length <= certificateLimits.octets && !equal(der, certificate.der));
  if (others.length <= most) return others;
  const allowed = new Set(others);
  const bySubject = subjectsOf(all);
  const found = new Set<Bytes>();
  let issuers = [certificate.issuer];
  // What was found is not looked at again, so the turns come to an end although certificates may vouch for each other in a circle.
  while (issuers.length > 0 && found.size < most) {
    const next = issuers.flatMap((issuer) => bySubject.get(keyOf(issuer)) ?? []).filter(({ der }) => allowed.has(der) && !found.has(der));
    for (const { der } of next) found.add(der);
    issuers = [...new Map(next.map(({ issuer }) => [keyOf(issuer), issuer])).values()];
  }
  return [...new Set([...found, ...others])].slice(0, most);
}

const keyOf = ({ comparable }: DistinguishedName): string => JSON.stringify(comparable);

/** Read once for all signers of a layer. */
const known = new WeakMap<readonly Bytes[], Map<string, Carried[]>>();

function subjectsOf(all: readonly Bytes[]): Map<string, Carried[]> {
  const before = known.get(all);
  if (before) return before;
  const bySubject = new Map<string, Carried[]>();
  for (const der of all) {
    const certificate = readable(der);
    if (certificate === null) continue;
    const key = keyOf(certificate.subject);
    const same = bySubject.get(key) ?? [];
    same.push({ der, issuer: certificate.issuer });
    bySubject.set(key, same);
  }
  known.set(all, bySubject);
  return bySubject;
}

/** One certificate that cannot be read says nothing of the others. */
function readable(der: Bytes): Certificate | null {
  try {
    return parseCertificate(der);
  } catch {
    return null;
  }
}
