import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, contextTag } from "./der-reader.ts";
import { booleanOf, countOf, namedBits, oidOf } from "./der-values.ts";
import { type GeneralName, readGeneralName } from "./general-name.ts";
import { OID } from "./oids.ts";

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

export interface CertificateExtensions {
  basicConstraints: { ca: boolean; pathLength: number | null } | null;
  keyUsage: Set<KeyUsage> | null;
  /** Dotted identifiers. */
  extendedKeyUsage: string[] | null;
  subjectAltName: GeneralName[];
  subjectKeyIdentifier: Bytes | null;
  /** The key identifier alone: issuer and serial there are hints that RFC 5280 lets us do without. */
  authorityKeyIdentifier: Bytes | null;
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
 * Extensions whose criticality is no obstacle. Policies are understood as far as nothing asks for an explicit one:
 * then mappings and inhibitAnyPolicy change nothing, and policyConstraints, which can ask for one, is not listed.
 * Revocation reads the distribution points when it is asked.
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
  OID.inhibitAnyPolicy,
  OID.crlDistributionPoints,
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
    const base = readGeneralName(fields.next());
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
  return { permitted, excluded };
}

/** Reads the extensions of a certificate from the content of their SEQUENCE. Throws `pki.malformed`, for a repeated one too. */
export function readExtensions(list: DerReader | null): CertificateExtensions {
  const out: CertificateExtensions = {
    basicConstraints: null,
    keyUsage: null,
    extendedKeyUsage: null,
    subjectAltName: [],
    subjectKeyIdentifier: null,
    authorityKeyIdentifier: null,
    nameConstraints: null,
    criticalUnknown: [],
    all: new Map(),
  };
  for (const extension of list?.rest() ?? []) {
    if (extension.tag !== TAG.sequence) refuse();
    const fields = new DerReader(extension.content);
    const oid = oidOf(fields.next(TAG.oid));
    const critical = fields.peek() === TAG.boolean ? booleanOf(fields.next()) : false;
    const value = fields.next(TAG.octetString).content;
    fields.end();
    if (out.all.has(oid)) refuse();
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
    case OID.keyUsage:
      out.keyUsage = new Set([...namedBits(value.next())].flatMap((bit) => KEY_USAGES[bit] ?? []));
      break;
    case OID.extendedKeyUsage:
      out.extendedKeyUsage = value.enter().rest().map(oidOf);
      break;
    case OID.subjectAltName:
      out.subjectAltName = value.enter().rest().map(readGeneralName);
      break;
    case OID.subjectKeyIdentifier:
      out.subjectKeyIdentifier = value.next(TAG.octetString).content;
      break;
    case OID.authorityKeyIdentifier: {
      const fields = value.enter();
      out.authorityKeyIdentifier = fields.optional(contextTag(0, "primitive"))?.content ?? null;
      break;
    }
    case OID.nameConstraints:
      out.nameConstraints = readNameConstraints(value);
      break;
    default:
      return;
  }
  value.end();
}
