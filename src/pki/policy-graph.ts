import { OID } from "./oids.ts";
import type { PolicyMapping } from "./policy-extensions.ts";

/** A policy that is valid at one depth: whose expectation it met one depth above. Empty: anyPolicy alone led here, so it is an authority's own. */
interface PolicyNode {
  parents: Set<string>;
}

interface Level {
  nodes: Map<string, PolicyNode>;
  /** anyPolicy is valid at this depth. */
  any: boolean;
}

/**
 * The valid policies of a path as a graph (RFC 9618): one node a policy and depth, so that crossing mappings cannot grow
 * it beyond certificates times policies, as they grow the tree of RFC 5280 §6.1.2 (a). It answers the same.
 */
export class PolicyGraph {
  readonly #levels: Level[] = [{ nodes: new Map(), any: true }];
  /** The policies that the next certificate may assert, by what they are mapped from; null where nothing maps. */
  #mapped: Map<string, Set<string>> | null = null;

  /** Nothing is valid any more, and nothing will be. */
  get empty(): boolean {
    const last = this.#last;
    return last.nodes.size === 0 && !last.any;
  }

  get #last(): Level {
    return this.#levels.at(-1) as Level;
  }

  /** RFC 5280 §6.1.3 (d), (e): the policies that a certificate asserts; null if it says nothing of policies. */
  assert(policies: readonly string[] | null, anyPolicyCounts: boolean): void {
    const before = this.#last;
    const asserted = new Set(policies?.filter((policy) => policy !== OID.anyPolicy));
    const any = policies !== null && policies.includes(OID.anyPolicy) && anyPolicyCounts;
    const nodes = new Map<string, PolicyNode>();
    // What each policy may be here, by the policies above that it stands for.
    const expected = this.#mapped ?? new Map([...before.nodes.keys()].map((policy) => [policy, new Set([policy])]));
    for (const [policy, parents] of expected) if (any || asserted.has(policy)) nodes.set(policy, { parents });
    if (before.any) for (const policy of asserted) if (!nodes.has(policy)) nodes.set(policy, { parents: new Set() });
    this.#levels.push({ nodes, any: before.any && any });
    this.#mapped = null;
  }

  /** RFC 5280 §6.1.4 (b): what the authority's policies are called in the next certificate, or that those mapped end here. */
  map(mappings: readonly PolicyMapping[], allowed: boolean): void {
    if (mappings.length === 0) return;
    const last = this.#last;
    const from = new Set(mappings.map(({ issuerDomainPolicy }) => issuerDomainPolicy));
    if (!allowed) {
      for (const policy of from) last.nodes.delete(policy);
      return;
    }
    // (b) (1): where only anyPolicy covers a policy that is mapped, it becomes one of its own.
    if (last.any) for (const policy of from) if (!last.nodes.has(policy)) last.nodes.set(policy, { parents: new Set() });
    this.#mapped = new Map();
    for (const policy of last.nodes.keys()) if (!from.has(policy)) this.#expect(policy, policy);
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      if (last.nodes.has(issuerDomainPolicy)) this.#expect(subjectDomainPolicy, issuerDomainPolicy);
    }
  }

  #expect(policy: string, parent: string): void {
    const parents = this.#mapped?.get(policy);
    if (parents) parents.add(parent);
    else this.#mapped?.set(policy, new Set([parent]));
  }

  /**
   * RFC 9618 §5.4 (g): the policies under which the path is valid for this user, as the first authority calls them.
   * @param wanted The user's initial policies; null for any. anyPolicy stands in the answer where every policy is meant.
   */
  userConstrained(wanted: ReadonlySet<string> | null): string[] {
    const authorities = new Set<string>();
    let reached = new Set(this.#last.nodes.keys());
    for (const level of this.#levels.toReversed()) {
      const above = new Set<string>();
      for (const policy of reached) {
        const parents = level.nodes.get(policy)?.parents;
        if (parents?.size === 0) authorities.add(policy);
        for (const parent of parents ?? []) above.add(parent);
      }
      reached = above;
    }
    if (this.#last.any) authorities.add(OID.anyPolicy);
    if (wanted === null) return [...authorities];
    return this.#last.any ? [...wanted] : [...authorities].filter((policy) => wanted.has(policy));
  }
}
