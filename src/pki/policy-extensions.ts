import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, type Tlv, contextTag } from "./der-reader.ts";
import { countOf, integerContent, oidOf } from "./der-values.ts";
import { OID } from "./oids.ts";

/** Policy extensions of RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11 and §4.2.1.14; identifiers are dotted. */
export interface PolicyExtensions {
  /** Null if the certificate has no such extension. */
  certificatePolicies: string[] | null;
  policyMappings: PolicyMapping[];
  policyConstraints: PolicyConstraints | null;
  /** Certificates that may follow before anyPolicy counts no more; null if not inhibited. */
  inhibitAnyPolicy: number | null;
}

export interface PolicyMapping {
  issuerDomainPolicy: string;
  subjectDomainPolicy: string;
}

/** Numbers of certificates that may follow before the constraint holds; null where it is not imposed. */
export interface PolicyConstraints {
  requireExplicitPolicy: number | null;
  inhibitPolicyMapping: number | null;
}

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

/** The elements of a SEQUENCE OF that must not be empty, each a SEQUENCE. */
function sequences(reader: DerReader): DerReader[] {
  const all = reader.rest();
  if (all.length === 0) refuse();
  return all.map((tlv) => (tlv.tag === TAG.sequence ? new DerReader(tlv.content) : refuse()));
}

/** Reads certificatePolicies; `qualifiersKnown` is false if one is neither a CPS pointer nor a user notice. Throws `pki.malformed`, for a repeated policy too. */
export function readCertificatePolicies(value: DerReader): { policies: string[]; qualifiersKnown: boolean } {
  const policies = new Set<string>();
  let qualifiersKnown = true;
  for (const information of sequences(value.enter())) {
    const policy = oidOf(information.next(TAG.oid));
    if (policies.has(policy)) refuse();
    policies.add(policy);
    const qualifiers = information.enterOptional(TAG.sequence);
    information.end();
    for (const qualifier of qualifiers === null ? [] : sequences(qualifiers)) {
      const type = oidOf(qualifier.next(TAG.oid));
      qualifier.next();
      qualifier.end();
      if (type === OID.cpsQualifier || type === OID.userNoticeQualifier) continue;
      // RFC 5280 §4.2.1.4: anyPolicy has no other qualifiers than these two.
      if (policy === OID.anyPolicy) refuse();
      qualifiersKnown = false;
    }
  }
  return { policies: [...policies], qualifiersKnown };
}

/** Reads policyMappings. Throws `pki.malformed`. */
export function readPolicyMappings(value: DerReader): PolicyMapping[] {
  return sequences(value.enter()).map((mapping) => {
    const issuerDomainPolicy = oidOf(mapping.next(TAG.oid));
    const subjectDomainPolicy = oidOf(mapping.next(TAG.oid));
    mapping.end();
    return { issuerDomainPolicy, subjectDomainPolicy };
  });
}

/** Reads policyConstraints; RFC 5280 §4.2.1.11 forbids an empty one. Throws `pki.malformed`. */
export function readPolicyConstraints(value: DerReader): PolicyConstraints {
  const reader = value.enter();
  const explicit = reader.optional(contextTag(0, "primitive"));
  const mapping = reader.optional(contextTag(1, "primitive"));
  reader.end();
  if (explicit === null && mapping === null) refuse();
  return { requireExplicitPolicy: explicit && skipCerts(explicit), inhibitPolicyMapping: mapping && skipCerts(mapping) };
}

/** Reads inhibitAnyPolicy. Throws `pki.malformed`. */
export function readInhibitAnyPolicy(value: DerReader): number {
  return skipCerts(value.next(TAG.integer));
}

/** SkipCerts ::= INTEGER (0..MAX), under whatever tag; any number above every path's length means the same. */
function skipCerts(tlv: Tlv): number {
  const content = integerContent(tlv);
  if ((content[0] as number) >= 0x80) refuse();
  return content.length > 4 ? Number.MAX_SAFE_INTEGER : countOf(tlv);
}
