import type { Certificate } from "../certificate.ts";
import type { NameConstraints } from "../extensions.ts";
import type { GeneralName } from "../general-name.ts";
import { OID } from "../oids.ts";
import { positionOf, sameForm } from "./subtree.ts";

/** Names times subtrees that one search may still compare: in made-up certificates they grow beyond all bounds. */
export interface ComparisonBudget {
  comparisons: number;
}

/**
 * Tells whether a certificate's names satisfy one authority's constraints (RFC 5280 §6.1.3 (b), (c); RFC 9598 §6; AD-04).
 * `over-budget` if it would take more comparisons than are left.
 */
export function satisfies(certificate: Certificate, constraints: NameConstraints, budget: ComparisonBudget): "satisfied" | "violated" | "over-budget" {
  const { permitted, excluded } = constraints;
  const names = namesOf(certificate);
  budget.comparisons -= names.length * (permitted.length + excluded.length);
  if (budget.comparisons < 0) return "over-budget";
  for (const name of names) {
    const permittedHere = permitted.filter((base) => sameForm(name, base));
    const excludedHere = excluded.filter((base) => sameForm(name, base));
    if (permittedHere.length > 0 && !permittedHere.some((base) => positionOf(name, base, "permitted") === "inside")) return "violated";
    if (excludedHere.some((base) => positionOf(name, base, "excluded") !== "outside")) return "violated";
  }
  return "satisfied";
}

/** Subject, alternative names, and the subject's old emailAddress as an address; an unreadable one is an address that nothing permits. */
export function namesOf({ subject, subjectAltName }: Pick<Certificate, "subject" | "subjectAltName">): GeneralName[] {
  const names: GeneralName[] = [...subjectAltName];
  if (subject.rdns.length > 0) names.push({ kind: "directory", name: subject });
  for (const attribute of subject.rdns.flat()) {
    if (attribute.oid === OID.emailAddress) names.push({ kind: "rfc822", text: attribute.text ?? "" });
  }
  return names;
}
