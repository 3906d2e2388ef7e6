import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { readApplicationPolicies } from "./application-policies.ts";
import { DerReader, TAG, contextTag } from "./der-reader.ts";
import { booleanOf, countOf, namedBits, oidOf, serialOf } from "./der-values.ts";
import { readExtensionList } from "./extension-list.ts";
import { type GeneralName, readGeneralName, readGeneralNames, readSubtreeBase } from "./general-name.ts";
import { OID } from "./oids.ts";
import {
  type PolicyExtensions,
  readCertificatePolicies,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
} from "./policy-extensions.ts";

/** Bits of keyUsage by their names (RFC 5280 §4.2.1.3). */
const KEY_USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

export interface CertificateExtensions extends PolicyExtensions {
  basicConstraints: { ca: boolean; pathLength: number | null } | null;
  keyUsage: Set<KeyUsage> | null;
  /** Dotted identifiers. */
  extendedKeyUsage: string[] | null;
  /** Microsoft's application policies, a second statement of the same kind, dotted; null if there is none that can be read. */
  applicationPolicies: string[] | null;
  subjectAltName: GeneralName[];
  subjectKeyIdentifier: Bytes | null;
  authorityKeyIdentifier: Bytes | null;
  /** The issuer's own issuer and serial number, the other way to name its certificate; null if not given. */
  authorityCertificate: { issuer: GeneralName[]; serial: string } | null;
  nameConstraints: NameConstraints | null;
  /** Critical extensions that are not understood here, dotted. */
  criticalUnknown: string[];
  /** The extensions as they came, for what reads more of them. */
  all: Map<string, { critical: boolean; value: Bytes }>;
}

/** Subtrees of RFC 5280 §4.2.1.10. */
export interface NameConstraints {
  permitted: GeneralName[];
  excluded: GeneralName[];
}

/**
 * Extensions whose criticality is no obstacle to path processing (RFC 5280 §4.2). Revocation reads the distribution
 * points when it is asked, and ocsp-nocheck (RFC 6960 §4.2.2.2.1) is a word to it.
 */
const UNDERSTOOD = new Set<string>([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extendedKeyUsage,
  OID.subjectAltName,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.nameConstraints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.microsoftApplicationPolicies,
  OID.crlDistributionPoints,
  OID.noCheck,
]);

function refuse(): never {
  throw new SmimeError("pki.malformed");
}

function readBasicConstraints(value: DerReader): { ca: boolean; pathLength: number | null } {
  const reader = value.enter();
  const ca = reader.peek() === TAG.boolean ? booleanOf(reader.next()) : false;
  const length = reader.optional(TAG.integer);
  reader.end();
  return { ca, pathLength: length === null ? null : countOf(length) };
}

function readSubtrees(reader: DerReader | null): GeneralName[] {
  if (reader === null) return [];
  const subtrees = reader.rest().map((subtree) => {
    if (subtree.tag !== TAG.sequence) return refuse();
    const fields = new DerReader(subtree.content);
    const base = readSubtreeBase(fields.next());
    // RFC 5280 §4.2.1.10: minimum is zero, which DER leaves out, and maximum is absent.
    fields.end();
    return base;
  });
  return subtrees.length > 0 ? subtrees : refuse();
}

function readNameConstraints(value: DerReader): NameConstraints {
  const reader = value.enter();
  const permitted = readSubtrees(reader.enterOptional(contextTag(0)));
  const excluded = readSubtrees(reader.enterOptional(contextTag(1)));
  reader.end();
  // RFC 5280 §4.2.1.10: an empty sequence must not be issued.
  return permitted.length + excluded.length > 0 ? { permitted, excluded } : refuse();
}

/** Reads the extensions of a certificate from the content of their SEQUENCE. Throws `pki.malformed`, for a repeated one too. */
export function readExtensions(list: DerReader | null): CertificateExtensions {
  const out: CertificateExtensions = {
    basicConstraints: null,
    keyUsage: null,
    extendedKeyUsage: null,
    applicationPolicies: null,
    subjectAltName: [],
    subjectKeyIdentifier: null,
    authorityKeyIdentifier: null,
    authorityCertificate: null,
    certificatePolicies: null,
    policyMappings: [],
    policyConstraints: null,
    inhibitAnyPolicy: null,
    nameConstraints: null,
    criticalUnknown: [],
    all: new Map(),
  };
  // RFC 5280 §4.1: Extensions ::= SEQUENCE SIZE (1..MAX).
  if (list?.peek() === null) refuse();
  for (const { oid, critical, value } of list === null ? [] : readExtensionList(list)) {
    out.all.set(oid, { critical, value });
    if (critical && !UNDERSTOOD.has(oid)) out.criticalUnknown.push(oid);
    readKnown(out, oid, new DerReader(value));
  }
  return out;
}

function readKnown(out: CertificateExtensions, oid: string, value: DerReader): void {
  switch (oid) {
    case OID.basicConstraints:
      out.basicConstraints = readBasicConstraints(value);
      break;
    case OID.keyUsage: {
      const bits = namedBits(value.next());
      // RFC 5280 §4.2.1.3: at least one bit is set.
      if (bits.size === 0) refuse();
      out.keyUsage = new Set([...bits].flatMap((bit) => KEY_USAGES[bit] ?? []));
      break;
    }
    case OID.extendedKeyUsage:
      out.extendedKeyUsage = value.enter().rest().map(oidOf);
      if (out.extendedKeyUsage.length === 0) refuse();
      break;
    case OID.microsoftApplicationPolicies: {
      const stated = readApplicationPolicies(value);
      out.applicationPolicies = stated?.policies ?? null;
      // RFC 5280 §4.2: a critical extension whose information cannot be processed is as good as one that is not known.
      if (stated?.qualifiersKnown !== true && out.all.get(oid)?.critical === true) out.criticalUnknown.push(oid);
      return;
    }
    case OID.subjectAltName:
      // RFC 5280 §4.2.1.6 wants one at least; real authorities wrote none, which names nobody.
      out.subjectAltName = value.enter().rest().map(readGeneralName);
      break;
    case OID.subjectKeyIdentifier:
      out.subjectKeyIdentifier = value.next(TAG.octetString).content;
      break;
    case OID.authorityKeyIdentifier:
      readAuthorityKeyIdentifier(out, value.enter());
      break;
    case OID.certificatePolicies: {
      const { policies, qualifiersKnown } = readCertificatePolicies(value);
      out.certificatePolicies = policies;
      // RFC 5280 §4.2.1.4: one that is critical must be understood with its qualifiers.
      if (!qualifiersKnown && out.all.get(oid)?.critical === true) out.criticalUnknown.push(oid);
      break;
    }
    case OID.policyMappings:
      out.policyMappings = readPolicyMappings(value);
      break;
    case OID.policyConstraints:
      out.policyConstraints = readPolicyConstraints(value);
      break;
    case OID.inhibitAnyPolicy:
      out.inhibitAnyPolicy = readInhibitAnyPolicy(value);
      break;
    case OID.nameConstraints:
      out.nameConstraints = readNameConstraints(value);
      break;
    default:
      return;
  }
  value.end();
}

/** RFC 5280 §4.2.1.1: a key identifier, or issuer and serial number together, or all three. */
function readAuthorityKeyIdentifier(out: CertificateExtensions, fields: DerReader): void {
  out.authorityKeyIdentifier = fields.optional(contextTag(0, "primitive"))?.content ?? null;
  const issuer = fields.enterOptional(contextTag(1));
  const serial = fields.optional(contextTag(2, "primitive"));
  fields.end();
  if ((issuer === null) !== (serial === null)) refuse();
  if (issuer !== null && serial !== null) {
    out.authorityCertificate = { issuer: readGeneralNames(issuer), serial: serialOf({ ...serial, tag: TAG.integer }) };
  }
}
