import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Algorithm } from "../pki/algorithm.ts";
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
  /** X.509 certificates as they came, in any order, trusted for nothing. */
  certificates: Bytes[];
  /** Certificate revocation lists as they came. */
  crls: Bytes[];
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
    certificates: sequencesOf(certificates),
    crls: sequencesOf(crls),
    signerInfos,
  };
}

function members(set: BerElement, limit: number): readonly BerElement[] {
  if (set.children.length > limit) throw new SmimeError("limits.cms-recipients");
  return set.children;
}

/** CertificateSet and RevocationInfoChoices: a bare SEQUENCE is X.509, the tagged choices (attribute certificates, OCSP) are passed over. */
function sequencesOf(set: BerElement | null): Bytes[] {
  if (set === null) return [];
  if (set.children.length > cmsLimits.certificates) throw new SmimeError("limits.cms-nodes");
  return set.children.filter((child) => child.tag === 0x30).map((child) => child.raw);
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
