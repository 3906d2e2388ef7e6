import type { Bytes } from "../../base/bytes.ts";
import type { DerReader } from "../der-reader.ts";
import { readExtensionList } from "../extension-list.ts";
import { OID } from "../oids.ts";

/** Extensions of an answer or of what it says of one certificate (RFC 6960 §4.4). */
export interface OcspExtensions {
  all: Map<string, Bytes>;
  /** Critical ones that are not understood here, dotted. */
  criticalUnknown: string[];
}

/** Those whose criticality is no obstacle: they are used, or change nothing in what is said. */
const UNDERSTOOD = new Set<string>([OID["id-pkix-ocsp-nonce"], OID.cRLReason, OID.invalidityDate, OID.ct_cert_scts]);

/** Reads Extensions from the contents of the tag around them. Throws `pki.malformed`. */
export function readOcspExtensions(wrapped: DerReader | null): OcspExtensions {
  const out: OcspExtensions = { all: new Map(), criticalUnknown: [] };
  const list = wrapped?.enter();
  wrapped?.end();
  for (const { oid, critical, value } of list === undefined ? [] : readExtensionList(list)) {
    out.all.set(oid, value);
    if (critical && !UNDERSTOOD.has(oid)) out.criticalUnknown.push(oid);
  }
  return out;
}
