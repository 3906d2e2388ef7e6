import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { DerReader, TAG, type Tlv } from "./der-reader.ts";
import { booleanOf, oidOf } from "./der-values.ts";

/** One Extension of RFC 5280 §4.1, as certificates, lists and OCSP answers have them. */
export interface Extension {
  /** Dotted. */
  oid: string;
  critical: boolean;
  /** What the OCTET STRING holds. */
  value: Bytes;
}

/** Reads one Extension. Throws `pki.malformed`. */
export function readExtension({ tag, content }: Tlv): Extension {
  if (tag !== TAG.sequence) throw new SmimeError("pki.malformed");
  const fields = new DerReader(content);
  const oid = oidOf(fields.next(TAG.oid));
  const critical = fields.peek() === TAG.boolean ? booleanOf(fields.next()) : false;
  const { content: value } = fields.next(TAG.octetString);
  fields.end();
  return { oid, critical, value };
}

/**
 * Reads all that stand in the contents of Extensions, in order: of two of one kind nobody knows which counts (RFC 5280 §4.2).
 * Throws `pki.malformed`, for a repeated one too.
 */
export function* readExtensionList(list: DerReader): Generator<Extension> {
  const seen = new Set<string>();
  while (list.peek() !== null) {
    const extension = readExtension(list.next());
    if (seen.has(extension.oid)) throw new SmimeError("pki.malformed");
    seen.add(extension.oid);
    yield extension;
  }
}
