import { latin1 } from "../base/bytes.ts";
import { canonicalAddress, domainToAscii } from "../mime/addresses.ts";
import { EVERYTHING } from "../policy/setting-values.ts";
import type { Settings } from "../policy/settings.ts";
import type { Certificate } from "./certificate.ts";
import type { PathRefusal } from "./path-inputs.ts";
import { sameHolder } from "./path-candidates.ts";

/** A certificate with its SHA-256, lower-case hex. */
export interface Fingerprinted {
  certificate: Certificate;
  sha256: string;
}

/** What user and organisation say against paths that hold otherwise. `all` stands for a list that could not be read. */
export interface AnchorLimits {
  /** Fingerprints. */
  distrusted: ReadonlySet<string> | "all";
  /** Mail domains by the fingerprint of the authority that may vouch for them alone. */
  authorityDomains: ReadonlyMap<string, readonly string[]> | "all";
  /** Fingerprints by the mail domain whose certificates must stand under one of them. */
  domainAuthorities: ReadonlyMap<string, ReadonlySet<string>> | "all";
}

/** Reads the three settings; `distrusted` are fingerprints that the user decided against. */
export function readAnchorLimits(values: Pick<Settings, "DistrustedCertificates" | "AuthorityDomains" | "DomainAuthorities">, distrusted: readonly string[]): AnchorLimits {
  return {
    distrusted: unlessAll(values.DistrustedCertificates, (list) => new Set([...list.map(fingerprint), ...distrusted])),
    authorityDomains: unlessAll(values.AuthorityDomains, (list) => {
      const found = new Map<string, string[]>();
      for (const [authority, domains] of list.map(wordsOf)) found.set(fingerprint(authority), [...(found.get(fingerprint(authority)) ?? []), ...domains.map(domainToAscii)]);
      return found;
    }),
    domainAuthorities: unlessAll(values.DomainAuthorities, (list) => {
      const found = new Map<string, Set<string>>();
      for (const [domain, authorities] of list.map(wordsOf)) {
        const name = domainToAscii(domain);
        found.set(name, new Set([...(found.get(name) ?? []), ...authorities.map(fingerprint)]));
      }
      return found;
    }),
  };
}

function unlessAll<T>(list: readonly string[], read: (list: readonly string[]) => T): T | "all" {
  return list.includes(EVERYTHING) ? "all" : read(list);
}

function wordsOf(entry: string): [string, string[]] {
  const [first = "", ...rest] = entry.trim().split(/\s+/);
  return [first, rest];
}

const fingerprint = (text: string): string => text.replaceAll(":", "").toLowerCase();

/** Certificates that are at hand here, by key. */
export type KnownHolders = ReadonlyMap<string, readonly Fingerprinted[]>;

export function knownHolders(certificates: readonly Fingerprinted[]): KnownHolders {
  const found = new Map<string, Fingerprinted[]>();
  for (const each of certificates) {
    const key = latin1(each.certificate.spki);
    found.set(key, [...(found.get(key) ?? []), each]);
  }
  return found;
}

/**
 * Holds a path against the limits (docs/decisions/0018-trust-anchors.md); null if nothing is against it.
 * @param path from the leaf to the anchor
 * @param address whose certificate it is to be; null if no address is to be proved: then every one that it names must be allowed
 * @param known a limit or distrust of one of these holds for other certificates of the same name and key too, so that a
 *   cross-certificate is no way around it; what gives a permission counts for the named certificate alone
 */
export function refusePath(path: readonly Fingerprinted[], address: string | null, limits: AnchorLimits, known: KnownHolders): PathRefusal | null {
  const names = path.map((each) => allNames(each, known));
  const culprit = limits.distrusted === "all" ? 0 : firstOf(names, limits.distrusted);
  if (culprit !== null) return { code: "pki.distrusted", culprit };
  const leaf = path[0]?.certificate;
  const domains = (address === null ? (leaf?.addresses ?? []) : [address]).map(mailDomain);
  return refuseAuthorities(names, domains, limits) ?? refuseDomains(path, domains, limits);
}

function firstOf(names: readonly string[][], set: ReadonlySet<string>): number | null {
  const index = names.findIndex((each) => each.some((name) => set.has(name)));
  return index < 0 ? null : index;
}

/** Fingerprints of the certificate and of all known ones of its holder. */
function allNames({ certificate, sha256 }: Fingerprinted, known: KnownHolders): string[] {
  const others = known.get(latin1(certificate.spki)) ?? [];
  return [sha256, ...others.filter((other) => sameHolder(other.certificate, certificate)).map((other) => other.sha256)];
}

function refuseAuthorities(names: readonly string[][], domains: readonly string[], { authorityDomains }: AnchorLimits): PathRefusal | null {
  if (authorityDomains === "all") return { code: "pki.authority-domains", culprit: names.length - 1 };
  for (const [culprit, each] of names.entries()) {
    for (const name of each) {
      const allowed = authorityDomains.get(name);
      if (allowed && (domains.length === 0 || !domains.every((domain) => allowed.some((base) => isUnder(domain, base))))) return { code: "pki.authority-domains", culprit };
    }
  }
  return null;
}

function refuseDomains(path: readonly Fingerprinted[], domains: readonly string[], { domainAuthorities }: AnchorLimits): PathRefusal | null {
  if (domainAuthorities === "all") return { code: "pki.domain-authorities", culprit: 0 };
  // A certificate without an address may be anybody's, one of such a domain too.
  const unknown = domains.length === 0 || domains.includes("");
  for (const [base, authorities] of domainAuthorities) {
    const concerned = unknown || domains.some((domain) => isUnder(domain, base));
    if (concerned && !path.some(({ sha256 }) => authorities.has(sha256))) return { code: "pki.domain-authorities", culprit: 0 };
  }
  return null;
}

/** The domain of an address in lower-case A-labels; empty if it has none, and then nothing allows it. */
function mailDomain(address: string): string {
  const canonical = canonicalAddress(address);
  return canonical.slice(canonical.lastIndexOf("@") + 1 || canonical.length);
}

/** As RFC 5280 §4.2.1.10 has it for addresses: `example.org` is that domain alone, `.example.org` all below it. */
function isUnder(domain: string, base: string): boolean {
  return base.startsWith(".") ? domain.endsWith(base) : domain === base;
}
