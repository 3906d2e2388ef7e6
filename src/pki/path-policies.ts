import { type Certificate, isSelfIssued } from "./certificate.ts";
import { OID } from "./oids.ts";
import type { PathInputs } from "./path-inputs.ts";
import { PolicyGraph } from "./policy-graph.ts";

/** What the policies of a path come to. */
export type PolicyAnswer = { kind: "valid"; policies: string[] } | { kind: "violated"; at: number };

interface State {
  graph: PolicyGraph;
  /** Certificates that may still follow before an explicit policy is asked, mappings end, and anyPolicy counts no more. */
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
}

/**
 * The policy part of RFC 5280 §6.1 with the graph of RFC 9618: certificate policies, mappings, constraints.
 * @param path From the end entity to the anchor, which is looked at only if `anchorCounts` (RFC 5937 §3.2).
 */
export function judgePolicies(path: readonly Certificate[], inputs: PathInputs, anchorCounts: boolean): PolicyAnswer {
  const below = path.length > 1 ? path.slice(0, -1).toReversed() : path;
  const never = below.length + 1;
  const state: State = {
    graph: new PolicyGraph(),
    explicitPolicy: inputs.requireExplicitPolicy === true ? 0 : never,
    policyMapping: inputs.inhibitPolicyMapping === true ? 0 : never,
    inhibitAnyPolicy: inputs.inhibitAnyPolicy === true ? 0 : never,
  };
  const anchor = path.length > 1 && anchorCounts ? path.at(-1) : undefined;
  if (anchor) {
    // An anchor without policies says nothing of them; any other certificate would end them all.
    if (anchor.certificatePolicies !== null) state.graph.assert(anchor.certificatePolicies, state.inhibitAnyPolicy > 0);
    if (!prepareForNext(state, anchor, false)) return { kind: "violated", at: path.length - 1 };
  }
  for (const [step, certificate] of below.entries()) {
    const final = step === below.length - 1;
    const selfIssued = !final && isSelfIssued(certificate);
    state.graph.assert(certificate.certificatePolicies, state.inhibitAnyPolicy > 0 || selfIssued);
    if (!final && !prepareForNext(state, certificate, !selfIssued)) return { kind: "violated", at: below.length - 1 - step };
    if (final) wrapUp(state, certificate);
  }
  const wanted = inputs.policies === undefined || inputs.policies.includes(OID.anyPolicy) ? null : new Set(inputs.policies);
  const policies = state.graph.userConstrained(wanted);
  return state.explicitPolicy === 0 && policies.length === 0 ? { kind: "violated", at: 0 } : { kind: "valid", policies };
}

/** RFC 5280 §6.1.4 (a), (b), (h) to (j); false if a mapping speaks of anyPolicy. */
function prepareForNext(state: State, certificate: Certificate, counts: boolean): boolean {
  const { policyMappings, policyConstraints, inhibitAnyPolicy } = certificate;
  for (const { issuerDomainPolicy, subjectDomainPolicy } of policyMappings) {
    if (issuerDomainPolicy === OID.anyPolicy || subjectDomainPolicy === OID.anyPolicy) return false;
  }
  state.graph.map(policyMappings, state.policyMapping > 0);
  if (counts) {
    state.explicitPolicy = Math.max(state.explicitPolicy - 1, 0);
    state.policyMapping = Math.max(state.policyMapping - 1, 0);
    state.inhibitAnyPolicy = Math.max(state.inhibitAnyPolicy - 1, 0);
  }
  state.explicitPolicy = Math.min(state.explicitPolicy, policyConstraints?.requireExplicitPolicy ?? Number.POSITIVE_INFINITY);
  state.policyMapping = Math.min(state.policyMapping, policyConstraints?.inhibitPolicyMapping ?? Number.POSITIVE_INFINITY);
  state.inhibitAnyPolicy = Math.min(state.inhibitAnyPolicy, inhibitAnyPolicy ?? Number.POSITIVE_INFINITY);
  return true;
}

/** RFC 5280 §6.1.5 (a) and (b). */
function wrapUp(state: State, endEntity: Certificate): void {
  state.explicitPolicy = Math.max(state.explicitPolicy - 1, 0);
  if (endEntity.policyConstraints?.requireExplicitPolicy === 0) state.explicitPolicy = 0;
}
