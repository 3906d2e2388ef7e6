import type { Bytes } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Certificate } from "../pki/certificate.ts";
import { issuerLimits, issuerPlaces, readIssuers } from "../pki/issuer-places.ts";
import { sameName } from "../pki/name.ts";
import { isLdap } from "../pki/revocation/sources.ts";
import { type SlowChecks, verifyWithKey } from "../pki/verify-signature.ts";
import type { KeptIssuers } from "../store/issuers.ts";
import { certificateReader } from "./certificate-reader.ts";
import type { Account } from "../policy/scopes.ts";
import type { PolicyService } from "./policy-service.ts";
import type { Check, RetrievalService } from "./retrieval-service.ts";

/** The store of fetched authorities, as `src/store/issuers.ts` has it. */
export interface IssuerStore {
  keptIssuers(url: string): Promise<KeptIssuers | undefined>;
  putIssuers(kept: KeptIssuers): Promise<void>;
}

/** One search for missing issuers: what may be asked for it, and what a person would have to allow. */
export interface IssuerSearch {
  /** Certificates that may be the issuer's; trusted for nothing. */
  issuersOf(certificate: Certificate): Promise<Certificate[]>;
  /** The first host that was not asked because nobody allowed it; null if there was none. */
  refused(): string | null;
}

export interface IssuerService {
  /** The user lets a host be asked for what one document's message lacks. */
  allow(document: string, host: string): void;
  isAllowed(document: string, host: string): boolean;
  /**
   * Begins a search.
   * @param allowed hosts that the user allowed for this message
   * @param patience `kept` asks nobody
   */
  search(allowed: (host: string) => boolean, patience: "asking" | "kept", account?: Account): Promise<IssuerSearch>;
}

const MOST_ALLOWANCES = 1000;

/** Authorities renew their certificates years ahead; a place is asked again after a month, in milliseconds. */
const LIFE = 30 * 24 * 3_600_000;

/**
 * Missing certificates of authorities, from where certificates say they are (RFC 5280 §4.2.2.1). Whoever wrote the certificate
 * chose the place, and learns from a question that his mail was opened: only hosts that the organisation or the user allowed
 * are asked (docs/decisions/0016-revocation-on-line.md).
 */
export function issuerService({ policy, retrievals, store, clock }: { policy: PolicyService; retrievals: RetrievalService; store: IssuerStore; clock: Clock }): IssuerService {
  const read = certificateReader(200);
  /** In memory: what was fetched is kept, and where the background died in between the button is there again. */
  const allowances = new Set<string>();

  /** What is kept of a place, if the certificate's issuer is there: it may stand there for an older key, or for another of its name. */
  async function kept(url: string, certificate: Certificate): Promise<Certificate[] | null> {
    const found = await store.keptIssuers(url).catch(() => undefined);
    if (!found || clock().getTime() - new Date(found.fetchedAt).getTime() >= LIFE) return null;
    const certificates = read(found.certificates);
    return (await isSignedByOne(certificate, certificates)) ? certificates : null;
  }

  async function fetched(url: string, certificate: Certificate, { fetcher }: Check, turns: number): Promise<Bytes[]> {
    try {
      const certificates = readIssuers(await fetcher({ kind: "issuer", url, body: null, size: issuerLimits.size }, turns), certificate);
      // Anybody on the way could put another of the same name there, and what is kept stands in the way of the right one.
      if (!(await isSignedByOne(certificate, read(certificates)))) return [];
      await store.putIssuers({ url, certificates, fetchedAt: clock().toISOString() }).catch(() => undefined);
      return certificates;
    } catch {
      // The answer of the path says that the issuer is not known; the next place may have it.
      return [];
    }
  }

  return {
    allow(document, host) {
      if (allowances.size >= MOST_ALLOWANCES) allowances.clear();
      allowances.add(`${document} ${host}`);
    },
    isAllowed: (document, host) => allowances.has(`${document} ${host}`),
    async search(allowed, patience, account) {
      const { FetchIssuers, IssuerHosts } = (await policy.current(account)).values;
      const hosts = new Set(IssuerHosts.map((host) => host.toLowerCase()));
      const check = await retrievals.check(account);
      let refused: string | null = null;
      return {
        refused: () => refused,
        async issuersOf(certificate) {
          const places = issuerPlaces(certificate).filter((url) => check.ldap || !isLdap(url));
          for (const url of places) {
            const found = await kept(url, certificate);
            if (found !== null) return found;
          }
          if (!FetchIssuers || patience === "kept") return [];
          for (const [i, url] of places.entries()) {
            const host = new URL(url).hostname;
            if (!hosts.has(host) && !allowed(host)) {
              refused ??= host;
              continue;
            }
            const found = await fetched(url, certificate, check, places.length - i);
            if (found.length > 0) return read(found);
          }
          return [];
        },
      };
    },
  };
}

async function isSignedByOne({ issuer, signatureAlgorithm, tbs, signature }: Certificate, issuers: readonly Certificate[]): Promise<boolean> {
  const budget: SlowChecks = { left: issuerLimits.places };
  for (const { spki, subject } of issuers) if (sameName(subject, issuer) && (await verifyWithKey(spki, signatureAlgorithm, tbs, signature, { budget })) === "valid") return true;
  return false;
}
