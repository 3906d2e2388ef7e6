import { type Bytes, copy } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Algorithm } from "../pki/algorithm.ts";
import { OID } from "../pki/oids.ts";
import { evidenceLimits, type RevocationEvidence } from "../protocol/trust-port.ts";
import { type BerElement } from "./ber.ts";
import { explicit, Fields } from "./fields.ts";
import { type HolderIdentifier, readHolder } from "./identifiers.ts";
import { cmsLimits } from "./limits.ts";
import { readAlgorithm, readOid, readVersion } from "./values.ts";

/** SignedData of RFC 5652 §5.1, read and not verified. */
export interface SignedData {
  type: "signed-data";
  digestAlgorithms: Algorithm[];
  /** Dotted identifier of what was signed; id-data for mail. */
  contentType: string;
  /** The encapsulated content; null if the signature is detached (or the object carries certificates only). */
  content: Bytes | null;
  /** X.509 certificates as they came, in any order, trusted for nothing; each a copy, so that the message around them is not handed on too. */
  certificates: Bytes[];
  /** Revocation lists and OCSP answers that came along, trusted for nothing; as many as `evidenceLimits` lets be handed on. */
  revocation: RevocationEvidence;
  signerInfos: SignerInfo[];
}

/** SignerInfo of RFC 5652 §5.3. */
export interface SignerInfo {
  /** As it came. */
  raw: Bytes;
  version: number;
  sid: HolderIdentifier;
  digestAlgorithm: Algorithm;
  /** [0] SET OF Attribute; null if the signature is directly over the content. */
  signedAttributes: BerElement | null;
  signatureAlgorithm: Algorithm;
  signature: Bytes;
  /** [1] SET OF Attribute; anybody on the way can have put them there. */
  unsignedAttributes: BerElement | null;
}

/** Reads the content of a ContentInfo of type id-signedData. Throws `cms.malformed`, `limits.cms-nodes`, `limits.cms-recipients`. */
export function readSignedData(element: BerElement): SignedData {
  const fields = new Fields(element);
  readVersion(fields.next());
  const digestAlgorithms = members(fields.next(0x31), cmsLimits.signers).map((algorithm) => readAlgorithm(algorithm));
  const encapsulated = new Fields(fields.next());
  const contentType = readOid(encapsulated.next());
  const wrapped = encapsulated.optional(0xa0);
  encapsulated.end();
  const certificates = fields.optional(0xa0);
  const crls = fields.optional(0xa1);
  const signerInfos = members(fields.next(0x31), cmsLimits.signers).map(readSignerInfo);
  fields.end();
  return {
    type: "signed-data",
    digestAlgorithms,
    contentType,
    content: wrapped === null ? null : explicit(wrapped).octets(),
    certificates: choicesOf(certificates).filter(isSequence).map((child) => copy(child.raw)),
    revocation: evidenceOf(crls),
    signerInfos,
  };
}

function members(set: BerElement, limit: number): readonly BerElement[] {
  if (set.children.length > limit) throw new SmimeError("limits.cms-recipients");
  return set.children;
}

/** The choices of a CertificateSet or of RevocationInfoChoices (RFC 5652 §10.2.1, §10.2.3): a bare SEQUENCE is X.509, a tag is another form. */
function choicesOf(set: BerElement | null): readonly BerElement[] {
  if (set === null) return [];
  if (set.children.length > cmsLimits.certificates) throw new SmimeError("limits.cms-nodes");
  return set.children;
}

function isSequence({ tag }: BerElement): boolean {
  return tag === 0x30;
}

/**
 * Lists and OCSP answers, each a copy as certificates are. What is over the limits is passed over: it is no more than evidence.
 */
function evidenceOf(set: BerElement | null): RevocationEvidence {
  const evidence: RevocationEvidence = { crls: [], ocsp: [] };
  let count = 0;
  let octets = 0;
  for (const choice of choicesOf(set)) {
    const raw = isSequence(choice) ? choice.raw : ocspOf(choice);
    if (raw === null || octets + raw.length > evidenceLimits.octets) continue;
    if (++count > evidenceLimits.count) break;
    octets += raw.length;
    evidence[isSequence(choice) ? "crls" : "ocsp"].push(copy(raw));
  }
  return evidence;
}

/** The OCSPResponse in an OtherRevocationInfoFormat (RFC 5940 §2.1); null for another format, or none that can be read. */
function ocspOf(choice: BerElement): Bytes | null {
  if (choice.tag !== 0xa1) return null;
  try {
    const [format, info] = choice.children;
    return format !== undefined && info !== undefined && readOid(format) === OID["id-ri-ocsp-response"] ? info.raw : null;
  } catch (error) {
    if (error instanceof SmimeError && error.code === "cms.malformed") return null;
    throw error;
  }
}

/** Reads one SignerInfo. Throws `cms.malformed`. */
export function readSignerInfo(element: BerElement): SignerInfo {
  const fields = new Fields(element);
  const version = readVersion(fields.next());
  const sid = readHolder(fields.next());
  const digestAlgorithm = readAlgorithm(fields.next());
  const signedAttributes = fields.optional(0xa0);
  const signatureAlgorithm = readAlgorithm(fields.next());
  const signature = fields.next().octets();
  const unsignedAttributes = fields.optional(0xa1);
  fields.end();
  return { raw: element.raw, version, sid, digestAlgorithm, signedAttributes, signatureAlgorithm, signature, unsignedAttributes };
}
