import type { Bytes } from "../../base/bytes.ts";
import { type Algorithm, readAlgorithm } from "../algorithm.ts";
import { DerReader, TAG, type Tlv, contextTag } from "../der-reader.ts";
import { timeOf } from "../der-values.ts";
import { OID } from "../oids.ts";
import { enumeratedOf } from "./crl-entry.ts";
import { shortestSerial } from "./entry-serial.ts";
import { type OcspExtensions, readOcspExtensions } from "./ocsp-extensions.ts";
import { type RevocationReason, reasonOf } from "./reasons.ts";
import { refuse } from "./refuse.ts";

/** Which certificate is spoken of (RFC 6960 §4.1.1). */
export interface CertificateId {
  digest: Algorithm;
  issuerNameHash: Bytes;
  issuerKeyHash: Bytes;
  /** Contents octets, shortest form. */
  serial: Bytes;
}

/** A SingleResponse (RFC 6960 §4.2.1): what is said of one certificate. */
export interface SingleResponse {
  id: CertificateId;
  status: "good" | "revoked" | "unknown";
  revokedAt: Date | null;
  reason: RevocationReason | null;
  invalidityDate: Date | null;
  thisUpdate: Date;
  /** Null if newer answers can be had at any time. */
  nextUpdate: Date | null;
  extensions: OcspExtensions;
}

/** Reads a SingleResponse. Throws `pki.malformed`, `revocation.malformed`. */
export function readSingleResponse(tlv: Tlv): SingleResponse {
  if (tlv.tag !== TAG.sequence) refuse();
  const fields = new DerReader(tlv.content);
  const id = readCertificateId(fields.next(TAG.sequence));
  const status = readStatus(fields.next());
  const thisUpdate = timeOf(fields.next(TAG.generalizedTime));
  const next = fields.enterOptional(contextTag(0));
  const nextUpdate = next === null ? null : timeOf(next.next(TAG.generalizedTime));
  next?.end();
  const extensions = readOcspExtensions(fields.enterOptional(contextTag(1)));
  fields.end();
  // RFC 6960 §4.4.5: entry extensions of lists may stand here.
  const invalidity = extensions.all.get(OID.invalidityDate);
  const invalidityDate = invalidity === undefined ? null : timeOf(new DerReader(invalidity).next(TAG.generalizedTime));
  return { id, ...status, invalidityDate, thisUpdate, nextUpdate, extensions };
}

function readCertificateId(tlv: Tlv): CertificateId {
  const fields = new DerReader(tlv.content);
  const digest = readAlgorithm(fields.next(TAG.sequence));
  const issuerNameHash = fields.next(TAG.octetString).content;
  const issuerKeyHash = fields.next(TAG.octetString).content;
  // Some responders pad serial numbers: they are compared as the numbers they are.
  const serial = shortestSerial(fields.next(TAG.integer).content);
  fields.end();
  if (serial.length === 0 || serial.length > 64) refuse();
  return { digest, issuerNameHash, issuerKeyHash, serial };
}

function readStatus(tlv: Tlv): Pick<SingleResponse, "status" | "revokedAt" | "reason"> {
  switch (tlv.tag) {
    case contextTag(0, "primitive"):
      return tlv.content.length === 0 ? { status: "good", revokedAt: null, reason: null } : refuse();
    case contextTag(1): {
      const fields = new DerReader(tlv.content);
      const revokedAt = timeOf(fields.next(TAG.generalizedTime));
      const reason = fields.enterOptional(contextTag(0));
      fields.end();
      return { status: "revoked", revokedAt, reason: reason === null ? "unspecified" : reasonOf(enumeratedOf(reason)) };
    }
    case contextTag(2, "primitive"):
      return tlv.content.length === 0 ? { status: "unknown", revokedAt: null, reason: null } : refuse();
    default:
      return refuse();
  }
}
