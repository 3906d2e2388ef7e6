import type { PathInputs, PathPurpose } from "../pki/path-inputs.ts";
import { readSubtree } from "./subtree.ts";
import { UsageError } from "./usage-error.ts";

const list = { type: "string", multiple: true, default: [] as string[] } as const;
const flag = { type: "boolean", default: false } as const;

/** The options that are inputs of RFC 5280 §6.1.1. */
export const pathOptions = {
  "purpose": { type: "string", default: "smime" },
  "policy": list,
  "require-explicit-policy": flag,
  "inhibit-policy-mapping": flag,
  "inhibit-any-policy": flag,
  "permitted-subtree": list,
  "excluded-subtree": list,
  "max-depth": { type: "string" },
  "strict": flag,
} as const;

export interface PathWishes {
  "purpose": string;
  "policy": string[];
  "require-explicit-policy": boolean;
  "inhibit-policy-mapping": boolean;
  "inhibit-any-policy": boolean;
  "permitted-subtree": string[];
  "excluded-subtree": string[];
  "max-depth"?: string | undefined;
  "strict": boolean;
}

const PURPOSES: Record<string, PathPurpose> = { smime: "mail", any: "any" };

/** What was asked on the command line as inputs of path validation. Throws `UsageError`. */
export function pathInputs(wishes: PathWishes, at: Date): PathInputs {
  const purpose = Object.hasOwn(PURPOSES, wishes.purpose) ? PURPOSES[wishes.purpose] : undefined;
  if (purpose === undefined) throw new UsageError(`there is no purpose "${wishes.purpose}"`);
  for (const policy of wishes.policy) if (!/^[0-2](\.\d+)+$/.test(policy)) throw new UsageError(`"${policy}" is no dotted identifier of a policy`);
  const depth = wishes["max-depth"];
  if (depth !== undefined && !/^\d{1,4}$/.test(depth)) throw new UsageError(`"${depth}" is no number of certificates`);
  return {
    at,
    purpose,
    policies: wishes.policy.length > 0 ? wishes.policy : undefined,
    requireExplicitPolicy: wishes["require-explicit-policy"],
    inhibitPolicyMapping: wishes["inhibit-policy-mapping"],
    inhibitAnyPolicy: wishes["inhibit-any-policy"],
    permittedSubtrees: wishes["permitted-subtree"].map(readSubtree),
    excludedSubtrees: wishes["excluded-subtree"].map(readSubtree),
    maxDepth: depth === undefined ? undefined : Number(depth),
    strict: wishes.strict,
  };
}
