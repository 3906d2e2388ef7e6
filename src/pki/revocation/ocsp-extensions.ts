import type { Bytes } from "../../base/bytes.ts";
import { DerReader, TAG } from "../der-reader.ts";
import { booleanOf, oidOf } from "../der-values.ts";
import { OID } from "../oids.ts";
import { refuse } from "./refuse.ts";

/** Extensions of an answer or of what it says of one certificate (RFC 6960 §4.4). */
export interface OcspExtensions {
  all: Map<string, Bytes>;
  /** Critical ones that are not understood here, dotted. */
  criticalUnknown: string[];
}

/** Those whose criticality is no obstacle: they are used, or change nothing in what is said. */
const UNDERSTOOD = new Set<string>([OID["id-pkix-ocsp-nonce"], OID.cRLReason, OID.invalidityDate, OID.ct_cert_scts]);

/** Reads Extensions from the contents of the tag around them. Throws `pki.malformed`, `revocation.malformed`. */
export function readOcspExtensions(wrapped: DerReader | null): OcspExtensions {
  const out: OcspExtensions = { all: new Map(), criticalUnknown: [] };
  const list = wrapped?.enter();
  wrapped?.end();
  for (const extension of list?.rest() ?? []) {
    if (extension.tag !== TAG.sequence) refuse();
    const fields = new DerReader(extension.content);
    const oid = oidOf(fields.next(TAG.oid));
    const critical = fields.peek() === TAG.boolean ? booleanOf(fields.next()) : false;
    const value = fields.next(TAG.octetString).content;
    fields.end();
    if (out.all.has(oid)) refuse();
    out.all.set(oid, value);
    if (critical && !UNDERSTOOD.has(oid)) out.criticalUnknown.push(oid);
  }
  return out;
}
