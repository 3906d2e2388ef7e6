import { equal } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Certificate } from "./certificate.ts";
import type { ComparisonBudget } from "./name-constraints/satisfies.ts";
import { cachedIndex, checkSignature, newPathCache, type PathCache } from "./path-cache.ts";
import { certificatesNamed, type CertificateIndex, identifies, likeliestFirst, sameHolder } from "./path-candidates.ts";
import type { PathInputs, PathRefusal } from "./path-inputs.ts";
import { judgePath, type PathJudgement } from "./path-rules.ts";
import type { SlowChecks } from "./verify-signature.ts";

export interface PathRequest extends PathInputs {
  leaf: Certificate;
  /** Trusted for nothing, in any order, related or not (CE-04). */
  others: readonly Certificate[];
  /** What is trusted here. An end entity may be among them: it is then trusted itself, and for nothing else. */
  anchors: readonly Certificate[];
  /** Kept by the caller from one validation to the next; signatures of authorities are then checked once. */
  cache?: PathCache | undefined;
  /** What user and organisation have against a path, whether it holds or not; null if nothing. */
  refuse?: ((path: readonly Certificate[]) => Promise<PathRefusal | null>) | undefined;
  /** Asked about each path that holds otherwise, for example whether it was revoked: a path that it refuses hides no other. */
  confirm?: ((path: readonly Certificate[]) => Promise<Code>) | undefined;
}

export interface PathAnswer extends PathJudgement {
  /** From the leaf to the anchor; empty if no path reached one. */
  path: Certificate[];
  /** Where no path reached an anchor: the longest one whose signatures fit, to say whose issuer is not known here. */
  reached: Certificate[];
}

/**
 * Real chains have at most six certificates; the budgets leave room for cross-certified ones and stop made-up webs of them.
 * Comparisons are names times name constraints, as many as OpenSSL and BoringSSL allow. Slow checks are signatures that WebCrypto does not know, some milliseconds each.
 */
export const pathLimits = { depth: 16, steps: 2000, signatures: 200, slowChecks: 8, comparisons: 2 ** 20, confirmations: 16 } as const;

/** Reasons from the nearest to the goal to the furthest, behind what `confirm` says: of several failing paths the nearest one is reported. */
const NEAREST_FIRST: Code[] = [
  "pki.expired",
  "pki.not-yet-valid",
  "pki.policy",
  "pki.extended-key-usage",
  "pki.key-usage",
  "pki.algorithm",
  "pki.weak-key",
  "pki.authority-domains",
  "pki.domain-authorities",
  "pki.distrusted-after",
  "pki.distrusted",
  "pki.profile",
  "pki.critical-extension",
  "pki.name-constraints",
  "pki.path-length",
  "pki.not-a-ca",
  "pki.signature",
  "limits.path",
  "pki.untrusted",
];

const NONE: CertificateIndex = new Map();

interface Search {
  request: PathRequest;
  cache: PathCache;
  anchors: CertificateIndex;
  others: CertificateIndex;
  steps: number;
  signatures: number;
  confirmations: number;
  slowChecks: SlowChecks;
  budget: ComparisonBudget;
  /** The budget is used up: nothing more is tried. */
  exhausted: boolean;
  /** Something was left untried. */
  limited: boolean;
  best: PathAnswer;
}

/**
 * Looks for a path from a certificate to an anchor and judges it (RFC 5280 §6, RFC 4158): signatures, dates, CA flags,
 * path length, key usage, extended key usage, critical extensions, name constraints, policies, key sizes and digests.
 * All paths within the budget are tried, so a failing one never hides a good one. Revocation is `confirm`'s matter.
 */
export async function validatePath(request: PathRequest): Promise<PathAnswer> {
  const cache = request.cache ?? newPathCache();
  const search: Search = {
    request,
    cache,
    anchors: cachedIndex(cache, request.anchors),
    others: cachedIndex(cache, request.others),
    steps: 0,
    signatures: 0,
    confirmations: 0,
    slowChecks: { left: pathLimits.slowChecks },
    budget: { comparisons: pathLimits.comparisons },
    exhausted: false,
    limited: false,
    best: { code: "pki.untrusted", culprit: null, policies: [], path: [], reached: [request.leaf] },
  };
  const itself = certificatesNamed(request.leaf.subject, search.anchors, NONE).find(({ certificate }) => equal(certificate.der, request.leaf.der));
  if (itself && request.anchorTerms?.(itself.certificate)?.trustedFor !== "issuing") await consider(search, [request.leaf]);
  if (search.best.code !== "ok") await extend(search, [request.leaf]);
  if (search.limited) keep(search, { code: "limits.path", culprit: null, policies: [] }, []);
  return search.best;
}

/** Judges a complete path and keeps it if it is the best so far. */
async function consider(search: Search, path: Certificate[]): Promise<void> {
  const { refuse, confirm } = search.request;
  const refusal = (await refuse?.(path)) ?? null;
  const judgement = refusal ? { ...refusal, policies: [] } : judgePath(path, search.request, search.budget);
  if (judgement.code === "ok" && confirm !== undefined) {
    keep(search, { ...judgement, code: await confirm(path) }, path);
    if (++search.confirmations === pathLimits.confirmations) search.exhausted = true;
  } else keep(search, judgement, path);
  if (search.budget.comparisons < 0) search.exhausted = true;
}

function keep(search: Search, judgement: PathJudgement, path: Certificate[]): void {
  if (distance(judgement.code) < distance(search.best.code)) search.best = { ...judgement, path, reached: path.length > 0 ? [] : search.best.reached };
}

function distance(code: Code): number {
  return code === "ok" ? -2 : NEAREST_FIRST.indexOf(code);
}

/** Tries every possible issuer of the path's last certificate, likeliest first; stops at the first good path. */
async function extend(search: Search, path: Certificate[]): Promise<void> {
  const last = path.at(-1) as Certificate;
  if (path.length >= pathLimits.depth) {
    search.limited = true;
    return;
  }
  for (const { certificate: issuer, anchor } of likeliestFirst(last, certificatesNamed(last.issuer, search.anchors, search.others), search.request.at)) {
    if (++search.steps > pathLimits.steps || search.signatures > pathLimits.signatures) {
      search.exhausted = true;
      search.limited = true;
    }
    if (search.exhausted) return;
    if (path.some((member) => sameHolder(member, issuer))) continue;
    const { verdict, computed } = await checkSignature(search.cache, last, issuer, search.slowChecks);
    if (computed) search.signatures++;
    if (search.slowChecks.left < 0) search.limited = true;
    const identified = identifies(last, issuer);
    if (verdict !== "valid") {
      // An issuer of the right name and key identifier whose key does not fit is worth telling; another's key is not.
      const meant = anchor ? identified !== false : identified === true;
      const code = verdict === "broken" ? "pki.signature" : "pki.algorithm";
      if (meant) keep(search, { code, culprit: path.length - 1, policies: [] }, []);
      continue;
    }
    const longer = [...path, issuer];
    if (search.best.path.length === 0 && longer.length > search.best.reached.length) search.best.reached = longer;
    // A trusted certificate that does not carry this path may itself stand under one that does.
    if (anchor && search.request.anchorTerms?.(issuer)?.trustedFor !== "itself") await consider(search, longer);
    if (search.best.code !== "ok" && !search.exhausted) await extend(search, longer);
    if (search.best.code === "ok") return;
  }
}
