import type { Certificate } from "./certificate.ts";

/** What a public authority validated of a subject, and under which generation of its rules (S/MIME Baseline Requirements 7.1.6.1). */
export interface BaselinePolicy {
  /** `mailbox`: nothing but control of the address; then no personal name in the certificate was vouched for (PC-01). */
  validated: "mailbox" | "organization" | "sponsor" | "individual";
  generation: "legacy" | "multipurpose" | "strict";
}

const VALIDATED = { 1: "mailbox", 2: "organization", 3: "sponsor", 4: "individual" } as const;
const GENERATIONS = { 1: "legacy", 2: "multipurpose", 3: "strict" } as const;

/** Reads the policy 2.23.140.1.5.x.y of a certificate; null if it asserts none, or two that differ. */
export function baselinePolicy(certificate: Pick<Certificate, "certificatePolicies">): BaselinePolicy | null {
  const found = certificate.certificatePolicies?.flatMap((policy) => {
    const [, validated, generation] = /^2\.23\.140\.1\.5\.([1-4])\.([1-3])$/.exec(policy) ?? [];
    return validated === undefined ? [] : [{ validated: VALIDATED[Number(validated) as 1], generation: GENERATIONS[Number(generation) as 1] }];
  });
  return found?.length === 1 ? (found[0] as BaselinePolicy) : null;
}
