import { type Bytes, equal } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { Certificate } from "./certificate.ts";
import { sameName } from "./name.ts";
import { judgePath, type PathPurpose } from "./path-rules.ts";
import { type SignatureVerdict, verifyWithKey } from "./verify-signature.ts";

export interface PathRequest {
  leaf: Certificate;
  /** Trusted for nothing, in any order, related or not (CE-04). */
  others: readonly Certificate[];
  /** What is trusted here. An end entity may be among them: it is then trusted itself, and for nothing else. */
  anchors: readonly Certificate[];
  at: Date;
  purpose: PathPurpose;
}

export interface PathAnswer {
  /** `ok`, or the reason of the path that came furthest. */
  code: Code;
  /** From the leaf to the anchor; empty if no path reached one. */
  path: Certificate[];
}

/** Real chains have at most six certificates; the budgets leave room for cross-certified ones and stop made-up webs of them. */
export const pathLimits = { depth: 16, steps: 2000, signatures: 200 } as const;

/** Reasons from the nearest to the goal to the furthest: of several failing paths the nearest one is reported. */
const NEAREST_FIRST: Code[] = [
  "ok",
  "pki.expired",
  "pki.not-yet-valid",
  "pki.extended-key-usage",
  "pki.key-usage",
  "pki.algorithm",
  "pki.weak-key",
  "pki.critical-extension",
  "pki.name-constraints",
  "pki.path-length",
  "pki.not-a-ca",
  "pki.signature",
  "limits.path",
  "pki.untrusted",
];

interface Search {
  request: PathRequest;
  candidates: { certificate: Certificate; anchor: boolean }[];
  verdicts: Map<Certificate, Map<Bytes, SignatureVerdict>>;
  steps: number;
  signatures: number;
  /** The budget is used up: nothing more is tried. */
  exhausted: boolean;
  /** Something was left untried. */
  limited: boolean;
  best: PathAnswer;
}

/**
 * Looks for a path from a certificate to an anchor and judges it (RFC 5280 §6, RFC 4158): signatures, dates, CA flags,
 * path length, key usage, extended key usage, critical extensions, name constraints, key sizes and digests.
 * All paths within the budget are tried, so a failing one never hides a good one. Revocation and policies are not its matter.
 */
export async function validatePath(request: PathRequest): Promise<PathAnswer> {
  const search: Search = {
    request,
    candidates: distinct(request),
    verdicts: new Map(),
    steps: 0,
    signatures: 0,
    exhausted: false,
    limited: false,
    best: { code: "pki.untrusted", path: [] },
  };
  if (request.anchors.some((anchor) => equal(anchor.der, request.leaf.der))) consider(search, [request.leaf]);
  if (search.best.code !== "ok") await extend(search, [request.leaf]);
  if (search.limited) keep(search, "limits.path", []);
  return search.best;
}

function distinct({ others, anchors, leaf }: PathRequest): Search["candidates"] {
  const found: Search["candidates"] = [];
  for (const [list, anchor] of [[anchors, true], [others, false]] as const) {
    for (const certificate of list) {
      const known = found.some((other) => equal(other.certificate.der, certificate.der)) || equal(leaf.der, certificate.der);
      if (!known) found.push({ certificate, anchor });
    }
  }
  return found;
}

/** Judges a complete path and keeps it if it is the best so far. */
function consider(search: Search, path: Certificate[]): void {
  keep(search, judgePath(path, search.request.at, search.request.purpose), path);
}

function keep(search: Search, code: Code, path: Certificate[]): void {
  const nearer = NEAREST_FIRST.indexOf(code) < NEAREST_FIRST.indexOf(search.best.code);
  if (nearer) search.best = { code, path };
}

/** Tries every possible issuer of the path's last certificate, likeliest first; stops at the first good path. */
async function extend(search: Search, path: Certificate[]): Promise<void> {
  const last = path.at(-1) as Certificate;
  if (path.length >= pathLimits.depth) {
    search.limited = true;
    return;
  }
  for (const { certificate: issuer, anchor } of likeliestFirst(search, last)) {
    if (++search.steps > pathLimits.steps || search.signatures > pathLimits.signatures) {
      search.exhausted = true;
      search.limited = true;
    }
    if (search.exhausted) return;
    if (path.some((member) => sameHolder(member, issuer))) continue;
    const verdict = await signatureVerdict(search, last, issuer);
    if (verdict !== "valid") {
      // An issuer of the right name and key identifier whose key does not fit is worth telling; another's key is not.
      if (anchor && keyIdentifierFits(last, issuer) !== false) keep(search, verdict === "broken" ? "pki.signature" : "pki.algorithm", []);
      continue;
    }
    const longer = [...path, issuer];
    if (anchor) consider(search, longer);
    else await extend(search, longer);
    if (search.best.code === "ok") return;
  }
}

function likeliestFirst(search: Search, child: Certificate): Search["candidates"] {
  const { at } = search.request;
  const rank = ({ certificate, anchor }: Search["candidates"][number]): number =>
    (keyIdentifierFits(child, certificate) === false ? 4 : 0) + (certificate.notBefore > at || certificate.notAfter < at ? 2 : 0) + (anchor ? 0 : 1);
  return search.candidates
    .filter(({ certificate }) => sameName(certificate.subject, child.issuer))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** Null if one of the two says nothing. Identifiers are hints (RFC 4158 §3.5.12): they order the search and decide nothing. */
function keyIdentifierFits(child: Certificate, issuer: Certificate): boolean | null {
  if (child.authorityKeyIdentifier === null || issuer.subjectKeyIdentifier === null) return null;
  return equal(child.authorityKeyIdentifier, issuer.subjectKeyIdentifier);
}

/** The same name and key twice is a loop, whatever certificate says it (RFC 4158 §2.4.2). */
function sameHolder(a: Certificate, b: Certificate): boolean {
  return equal(a.spki, b.spki) && sameName(a.subject, b.subject);
}

async function signatureVerdict(search: Search, child: Certificate, issuer: Certificate): Promise<SignatureVerdict> {
  const known = search.verdicts.get(child) ?? new Map<Bytes, SignatureVerdict>();
  search.verdicts.set(child, known);
  const before = known.get(issuer.spki);
  if (before !== undefined) return before;
  search.signatures++;
  const verdict = await verifyWithKey(issuer.spki, child.signatureAlgorithm, child.tbs, child.signature);
  known.set(issuer.spki, verdict);
  return verdict;
}
