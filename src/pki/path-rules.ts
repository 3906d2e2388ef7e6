import type { Code } from "../base/codes/index.ts";
import { type Certificate, isSelfIssued } from "./certificate.ts";
import type { NameConstraints } from "./extensions.ts";
import { type ComparisonBudget, satisfies } from "./name-constraints/satisfies.ts";
import { type AnchorTerms, ordinaryAlgorithms, type PathInputs } from "./path-inputs.ts";
import { judgePolicies } from "./path-policies.ts";
import { breaksProfile, breaksStrictProfile } from "./profile.ts";
import { keyUsageAllows, meantFor } from "./purpose.ts";
import { OID } from "./oids.ts";
import { digestOfSignature } from "./verify-signature.ts";

/** What is said of a path: a reason and the certificate that gives it, counted from the end entity; the policies under which it is valid. */
export interface PathJudgement {
  code: Code;
  culprit: number | null;
  policies: string[];
}

type Finding = { code: Code; culprit: number } | null;

/** A path, with how much of its anchor's certificate counts. */
interface Subject {
  path: readonly Certificate[];
  inputs: PathInputs;
  terms: AnchorTerms;
  /** The end entity is trusted itself. */
  pinned: boolean;
  /** The part of the path whose own extensions are held against it. */
  held: readonly Certificate[];
}

/**
 * Judges a path whose signatures fit, from the end entity to the anchor (RFC 5280 §6.1); the reason that says most comes
 * first. The anchor is held to the same rules but for its own signature, as far as the terms of its trust do not say otherwise.
 */
export function judgePath(path: readonly Certificate[], inputs: PathInputs, budget: ComparisonBudget): PathJudgement {
  const pinned = path.length === 1;
  const terms = inputs.anchorTerms?.(path.at(-1) as Certificate) ?? {};
  const free = !pinned && terms.extensions === "ignored";
  const subject: Subject = { path, inputs, terms, pinned, held: free ? path.slice(0, -1) : path };
  const finding =
    judgeAuthorities(subject) ??
    judgeDepth(subject) ??
    judgeNames(subject, budget) ??
    judgeExtensions(subject) ??
    judgeProfile(subject) ??
    judgeIssuing(subject) ??
    judgeAlgorithms(subject) ??
    judgePurpose(subject);
  if (finding !== null) return { ...finding, policies: [] };
  const policies = judgePolicies(path, inputs, !free);
  if (policies.kind === "violated") return { code: "pki.policy", culprit: policies.at, policies: [] };
  const date = judgeDates(subject);
  return date === null ? { code: "ok", culprit: null, policies: policies.policies } : { ...date, policies: [] };
}

/** RFC 5280 §6.1.4 (k) to (n): CA flag, length of the path, key usage. */
function judgeAuthorities({ path, held }: Subject): Finding {
  let allowed = Number.POSITIVE_INFINITY;
  const anchor = path.length - 1;
  for (let i = held.length - 1; i > 0; i--) {
    const authority = path[i] as Certificate;
    // An anchor of version 1 cannot say that it is an authority; its being trusted here says it.
    const flagged = authority.basicConstraints?.ca === true || (i === anchor && authority.version === 1);
    if (!flagged) return { code: "pki.not-a-ca", culprit: i };
    if (authority.keyUsage !== null && !authority.keyUsage.has("keyCertSign")) return { code: "pki.key-usage", culprit: i };
    if (i < anchor && !isSelfIssued(authority) && --allowed < 0) return { code: "pki.path-length", culprit: i };
    allowed = Math.min(allowed, authority.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY);
  }
  return null;
}

function judgeDepth({ path, inputs }: Subject): Finding {
  return path.length - 2 > (inputs.maxDepth ?? Number.POSITIVE_INFINITY) ? { code: "limits.path", culprit: 0 } : null;
}

/** RFC 5280 §6.1.3 (b) and (c): each authority's constraints hold for all below it, self-issued authorities aside. */
function judgeNames({ path, held, inputs, terms }: Subject, budget: ComparisonBudget): Finding {
  const constraints: NameConstraints[] = [];
  for (const { permittedSubtrees = [], excludedSubtrees = [] } of [inputs, terms]) {
    if (permittedSubtrees.length + excludedSubtrees.length > 0) constraints.push({ permitted: [...permittedSubtrees], excluded: [...excludedSubtrees] });
  }
  const below = path.length > 1 ? path.length - 2 : 0;
  if (held.length > below + 1) constraints.push(...constraintsOf(path[below + 1]));
  for (let i = below; i >= 0; i--) {
    const certificate = path[i] as Certificate;
    for (const each of i === 0 || !isSelfIssued(certificate) ? constraints : []) {
      const answer = satisfies(certificate, each, budget);
      if (answer !== "satisfied") return { code: answer === "violated" ? "pki.name-constraints" : "limits.path", culprit: i };
    }
    constraints.push(...constraintsOf(certificate));
  }
  return null;
}

function constraintsOf(certificate: Certificate | undefined): NameConstraints[] {
  return certificate?.nameConstraints ? [certificate.nameConstraints] : [];
}

function judgeExtensions({ held }: Subject): Finding {
  return first(held, (certificate) => certificate.criticalUnknown.length > 0, "pki.critical-extension");
}

function judgeProfile({ held, inputs }: Subject): Finding {
  return first(held, (certificate) => breaksProfile(certificate) || (inputs.strict === true && breaksStrictProfile(certificate)), "pki.profile");
}

function judgeIssuing({ path, terms }: Subject): Finding {
  const { issuedUntil } = terms;
  return issuedUntil !== undefined && (path[0] as Certificate).notBefore > issuedUntil ? { code: "pki.distrusted-after", culprit: 0 } : null;
}

function judgeAlgorithms({ path, inputs }: Subject): Finding {
  const { minRsaBits, minEcBits, refusedDigests } = inputs.algorithms ?? ordinaryAlgorithms;
  return (
    first(path, ({ keyBits }) => keyBits === 0, "pki.algorithm") ??
    first(path, ({ keyAlgorithm, keyBits }) => keyBits < (keyAlgorithm.startsWith("rsa") ? minRsaBits : minEcBits), "pki.weak-key") ??
    first(path.slice(0, -1), ({ signatureAlgorithm }) => refusedDigests.includes(digestOfSignature(signatureAlgorithm) ?? ""), "pki.algorithm")
  );
}

/** RFC 8550 §4.4.2 and §4.4.4; extended key usage on an authority limits what is below it, as all implementations have it. */
function judgePurpose({ path, held, inputs }: Subject): Finding {
  const { purpose, keyPurpose = purpose === "any" ? null : OID.emailProtection } = inputs;
  const uses = purpose === "any" ? [] : purpose === "mail" ? (["sign", "encrypt"] as const) : [purpose];
  if (uses.length > 0 && !uses.some((use) => keyUsageAllows(path[0] as Certificate, use))) return { code: "pki.key-usage", culprit: 0 };
  return keyPurpose === null ? null : first(held, (certificate) => !meantFor(certificate, keyPurpose), "pki.extended-key-usage");
}

function judgeDates({ path, inputs, terms, pinned }: Subject): Finding {
  const dated = !pinned && terms.dates === "ignored" ? path.slice(0, -1) : path;
  // Certificates count whole seconds: the last one belongs to the period (RFC 5280 §4.1.2.5).
  const second = Math.floor(inputs.at.getTime() / 1000) * 1000;
  return (
    first(dated, ({ notAfter }) => notAfter.getTime() < second, "pki.expired") ??
    first(dated, ({ notBefore }) => notBefore.getTime() > second, "pki.not-yet-valid")
  );
}

/** The first certificate that something holds of, from the end entity on. */
function first(path: readonly Certificate[], holds: (certificate: Certificate) => boolean, code: Code): Finding {
  const culprit = path.findIndex(holds);
  return culprit < 0 ? null : { code, culprit };
}
