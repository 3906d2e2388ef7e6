import type { Bytes } from "../base/bytes.ts";
import { joinPieces } from "../base/pieces.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { derElement, derInteger, derOid, derSetOf, derSorted } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { type DerParts, partsElement } from "./der-parts.ts";
import { digestAlgorithm } from "./signer-info.ts";

export interface SignedInput {
  /** Null for a detached signature, and for a certs-only object. */
  content: Bytes | null;
  /** Dotted identifier; id-data for mail. */
  contentType: string;
  /** Complete SignerInfos, DER. */
  signerInfos: readonly Bytes[];
  /** Certificates, DER; each is sent once. */
  certificates: readonly Bytes[];
  /** The digests that the SignerInfos use. */
  digestNames: readonly DigestName[];
}

/** Puts SignedData into a ContentInfo (RFC 5652 §3, §5.1), DER. The content is copied once. */
export function buildSignedData(input: SignedInput): Bytes {
  const certificates = distinct(input.certificates);
  const digests = distinct([...new Set(input.digestNames)].map(digestAlgorithm));
  const fields: (Bytes | DerParts)[] = [
    derInteger(versionOf(input)),
    derSetOf(...digests),
    encapsulated(input),
    ...(certificates.length > 0 ? [derElement(0xa0, ...derSorted(certificates))] : []),
    derSetOf(...input.signerInfos),
  ];
  return joinPieces(contentInfo(OID.signedData, partsElement(0x30, ...fields)).pieces);
}

/** ContentInfo around an object in pieces. */
export function contentInfo(type: string, content: DerParts): DerParts {
  return partsElement(0x30, derOid(type), partsElement(0xa0, content));
}

function encapsulated({ content, contentType }: SignedInput): DerParts {
  if (content === null) return partsElement(0x30, derOid(contentType));
  return partsElement(0x30, derOid(contentType), partsElement(0xa0, partsElement(0x04, content)));
}

/** RFC 5652 §5.1: 3 for another content type than id-data or a SignerInfo of version 3, else 1. */
function versionOf(input: SignedInput): number {
  return input.contentType !== OID.data || input.signerInfos.some(isVersion3) ? 3 : 1;
}

/** INTEGER 3 is the first element of such a SignerInfo, after the header of its SEQUENCE. */
function isVersion3(signerInfo: Bytes): boolean {
  const length = signerInfo[1] as number;
  const start = 2 + (length < 0x80 ? 0 : length & 0x7f);
  return signerInfo[start + 2] === 3;
}

function distinct(items: readonly Bytes[]): Bytes[] {
  return items.filter((item, index) => items.findIndex((other) => other.length === item.length && other.every((octet, i) => octet === item[i])) === index);
}
