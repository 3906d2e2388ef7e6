import { utf8 } from "../base/bytes.ts";
import { type AnchorLimits, type Fingerprinted, type KnownHolders, knownHolders, readAnchorLimits, refusePath } from "../pki/anchor-limits.ts";
import { type Certificate, certificatesOf } from "../pki/certificate.ts";
import { type AlgorithmRules, type AnchorTerms, ordinaryAlgorithms } from "../pki/path-inputs.ts";
import type { PathRequest } from "../pki/path.ts";
import { type ShippedAnchor, shippedAnchors } from "../pki/shipped-anchors/shipped-anchors.ts";
import { allAnchors, type KeptAnchor } from "../store/anchors.ts";
import { allIntermediates, type KeptIntermediate } from "../store/intermediates.ts";
import { allTrustDecisions, type TrustDecision, unreadableDecisions } from "../store/trust-decisions.ts";
import { readable } from "./certificate-reader.ts";
import type { Policy } from "../policy/effective.ts";
import type { Account } from "../policy/scopes.ts";
import type { PolicyService } from "./policy-service.ts";

/** An authority that is trusted here, and by whose decision. */
export interface Anchor extends Fingerprinted {
  by: "user" | "organisation" | "shipped";
  /** ISO 8601; null unless the user decided. */
  addedAt: string | null;
}

/** The inputs of path validation that are decisions: spread into the request. */
export type TrustInputs = Pick<PathRequest, "anchors" | "anchorTerms" | "refuse" | "algorithms">;

export interface AnchorService {
  /** Every authority that is trusted, with its decision: user's and organisation's before shipped ones. */
  anchors: (account?: Account) => Promise<readonly Anchor[]>;
  /** What is trusted now, and the `intermediates` that complete paths and are trusted for nothing. Throws `store.unavailable`. */
  inputsFor(address: string | null, account?: Account): Promise<TrustInputs & { intermediates: readonly Certificate[] }>;
}

/** States of settings and decisions that are remembered: those of a few accounts. */
const MOST_KEPT = 4;

/** Everything derived from one state of settings and decisions; kept while they stay as they are. */
interface Derived {
  anchors: readonly Anchor[];
  trusted: readonly Certificate[];
  intermediates: readonly Certificate[];
  terms: ReadonlyMap<Certificate, AnchorTerms>;
  limits: AnchorLimits;
  algorithms: AlgorithmRules;
  known: KnownHolders;
}

function ofPems(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return certificatesOf(utf8(pem));
    } catch {
      return [];
    }
  });
}

const fingerprinted = (certificates: readonly Certificate[]): Promise<Fingerprinted[]> =>
  Promise.all(certificates.map(async (certificate) => ({ certificate, sha256: await certificate.sha256() })));

/**
 * What is trusted here: shipped authorities, those of policy and user, single certificates that the user decided on, and what
 * limits them (docs/decisions/0018-trust-anchors.md).
 */
export function anchorService(policy: Pick<PolicyService, "current">, shipped: () => readonly ShippedAnchor[] = shippedAnchors): AnchorService {
  const kept = new Map<string, Derived>();

  /** The same settings and decisions as for the question before, which need not be compared one by one. */
  let last: { inputs: readonly unknown[]; made: Derived } | null = null;

  async function derived(account?: Account): Promise<Derived> {
    const inputs = await Promise.all([policy.current(account), allAnchors(), allTrustDecisions(), allIntermediates()]);
    if (last?.inputs.every((each, index) => each === inputs[index])) return last.made;
    const made = await derivedFrom(inputs, await unreadableDecisions());
    last = { inputs, made };
    return made;
  }

  async function derivedFrom([{ values }, own, decisions, imported]: readonly [Pick<Policy, "values">, readonly KeptAnchor[], readonly TrustDecision[], readonly KeptIntermediate[]], unreadable: readonly string[]): Promise<Derived> {
    const { TrustAnchors, Intermediates, UseShippedAnchors, DistrustedCertificates, AuthorityDomains, DomainAuthorities, MinimumRsaBits, MinimumEcBits } = values;
    const key = JSON.stringify([TrustAnchors, Intermediates, UseShippedAnchors, DistrustedCertificates, AuthorityDomains, DomainAuthorities, MinimumRsaBits, MinimumEcBits, own.map(({ sha256 }) => sha256), imported.map(({ sha256 }) => sha256), decisions.map(({ sha256, decision }) => [sha256, decision]), unreadable]);
    const before = kept.get(key);
    if (before) return before;

    const brought = shipped();
    const organisation = (await fingerprinted(ofPems(TrustAnchors))).map((each) => ({ ...each, by: "organisation" as const, addedAt: null }));
    const user = (await Promise.all(own.map(async ({ certificate, addedAt }) => (await fingerprinted(readable([certificate]))).map((each) => ({ ...each, by: "user" as const, addedAt }))))).flat();
    const decided = new Set([...organisation, ...user].map(({ sha256 }) => sha256));
    const rest = (UseShippedAnchors ? brought : []).filter(({ sha256 }) => !decided.has(sha256));
    const anchors: Anchor[] = [...organisation, ...user, ...rest.map(({ certificate, sha256 }) => ({ certificate, sha256, by: "shipped" as const, addedAt: null }))];
    const pinned = certificatesDecided(decisions, "trusted");
    const terms = new Map<Certificate, AnchorTerms>(pinned.map((certificate) => [certificate, { trustedFor: "itself" }]));
    for (const { certificate, issuedUntil } of brought) terms.set(certificate, { trustedFor: "issuing", ...(issuedUntil && { issuedUntil }) });
    const intermediates = [...ofPems(Intermediates), ...readable(imported.map(({ certificate }) => certificate))];
    const others = [...intermediates, ...certificatesDecided(decisions, "distrusted")];
    const made: Derived = {
      anchors,
      trusted: [...anchors.map(({ certificate }) => certificate), ...pinned],
      intermediates,
      terms,
      limits: readAnchorLimits(values, [...decisions.filter(({ decision }) => decision === "distrusted").map(({ sha256 }) => sha256), ...unreadable]),
      algorithms: { ...ordinaryAlgorithms, minRsaBits: MinimumRsaBits, minEcBits: MinimumEcBits },
      known: knownHolders([...organisation, ...user, ...brought, ...(await fingerprinted(others))]),
    };
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, made);
    return made;
  }

  return {
    anchors: async (account) => (await derived(account)).anchors,
    async inputsFor(address, account) {
      const { trusted, intermediates, terms, limits, known, algorithms } = await derived(account);
      return {
        anchors: trusted,
        intermediates,
        algorithms,
        anchorTerms: (anchor) => terms.get(anchor),
        refuse: async (path) => refusePath(await fingerprinted(path), address, limits, known),
      };
    },
  };
}

function certificatesDecided(decisions: readonly TrustDecision[], wanted: TrustDecision["decision"]): Certificate[] {
  return readable(decisions.filter(({ decision }) => decision === wanted).map(({ certificate }) => certificate));
}
