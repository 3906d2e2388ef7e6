import { type Bytes, copy } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../algorithm.ts";
import { DerReader, TAG, contextTag, readSingle } from "../der-reader.ts";
import { bitStringOctets, countOf, oidOf, timeOf } from "../der-values.ts";
import { type DistinguishedName, readName } from "../name.ts";
import { OID } from "../oids.ts";
import { enumeratedOf } from "./crl-entry.ts";
import { ocspLimits } from "./limits.ts";
import { type OcspExtensions, readOcspExtensions } from "./ocsp-extensions.ts";
import { type SingleResponse, readSingleResponse } from "./ocsp-single.ts";
import { reading, refuse } from "./refuse.ts";

/** OCSPResponseStatus (RFC 6960 §4.2.1); 4 is not used. */
const STATUSES = ["successful", "malformedRequest", "internalError", "tryLater", null, "sigRequired", "unauthorized"] as const;

/** An answer that says nothing of any certificate, or one that does: a BasicOCSPResponse. */
export type OcspResponse = OcspRefusal | OcspAnswer;

export interface OcspRefusal {
  status: Exclude<(typeof STATUSES)[number], null | "successful">;
}

/** A BasicOCSPResponse (RFC 6960 §4.2.1), read once; its signature is not looked at. */
export interface OcspAnswer {
  status: "successful";
  /** What the responder signed, DER. */
  tbs: Bytes;
  signatureAlgorithm: Algorithm;
  signature: Bytes;
  /** The responder by its name, or by the SHA-1 of its key. */
  responder: { name: DistinguishedName } | { keyHash: Bytes };
  producedAt: Date;
  responses: SingleResponse[];
  extensions: OcspExtensions;
  /** Certificates that came along, DER, trusted for nothing. */
  certificates: Bytes[];
}

/** Reads a DER OCSPResponse. Throws `revocation.malformed`, `limits.revocation`. */
export function parseOcspResponse(input: Uint8Array): OcspResponse {
  if (input.length > ocspLimits.size) throw new SmimeError("limits.revocation");
  return reading(() => {
    const outer = new DerReader(readSingle(copy(input), TAG.sequence).content);
    const status = STATUSES[enumeratedOf(outer)] ?? refuse();
    const body = outer.enterOptional(contextTag(0));
    outer.end();
    if (status !== "successful") return { status };
    const fields = body?.enter() ?? refuse();
    if (oidOf(fields.next(TAG.oid)) !== OID.basicOCSPResponse) refuse();
    const basic = readSingle(fields.next(TAG.octetString).content, TAG.sequence);
    fields.end();
    body?.end();
    return readBasicResponse(basic.content);
  });
}

function readBasicResponse(content: Bytes): OcspAnswer {
  const fields = new DerReader(content);
  const tbs = fields.next(TAG.sequence);
  const signatureAlgorithm = readAlgorithm(fields.next(TAG.sequence));
  const signature = bitStringOctets(fields.next(TAG.bitString));
  const list = fields.enterOptional(contextTag(0));
  const certificates = list?.enter().rest() ?? [];
  list?.end();
  fields.end();
  const data = new DerReader(tbs.content);
  const version = data.enterOptional(contextTag(0));
  // Version 1 is the only one.
  if (version !== null && countOf(version.next(TAG.integer)) !== 0) refuse();
  version?.end();
  const responder = readResponder(data);
  const producedAt = timeOf(data.next(TAG.generalizedTime));
  const responses = data.enter().rest();
  const extensions = readOcspExtensions(data.enterOptional(contextTag(1)));
  data.end();
  if (responses.length > ocspLimits.responses || certificates.length > ocspLimits.certificates) throw new SmimeError("limits.revocation");
  return {
    status: "successful",
    tbs: tbs.raw,
    signatureAlgorithm,
    signature,
    responder,
    producedAt,
    responses: responses.map(readSingleResponse),
    extensions,
    certificates: certificates.map((certificate) => certificate.raw),
  };
}

function readResponder(data: DerReader): OcspAnswer["responder"] {
  const byName = data.enterOptional(contextTag(1));
  const choice = byName ?? data.enter(contextTag(2));
  const responder = byName === null ? { keyHash: choice.next(TAG.octetString).content } : { name: readName(choice.next(TAG.sequence)) };
  choice.end();
  return responder;
}
