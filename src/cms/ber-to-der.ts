import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { derElement, derSorted } from "../pki/der.ts";
import { type BerElement, malformed } from "./ber.ts";

/** An OCTET STRING that BER constructed from segments; DER writes it in one piece. */
const OCTET_STRING = 0x24;

/** Far above any set of attributes or name. */
const MAX_CHILDREN = 4096;

/**
 * Writes an element of any BER encoding in DER: shortest definite lengths, strings in one piece, SETs sorted (X.690 §10, §11).
 * `tag` replaces the identifier octet, for an implicit tag that is to be undone. Throws `cms.malformed`, `limits.cms-nodes`.
 */
export function toDer(element: BerElement, tag: number = element.tag): Bytes {
  if (!element.constructed) return derElement(tag, element.content);
  if (tag === OCTET_STRING) return derElement(0x04, element.octets());
  // Other strings in segments do not occur in signed attributes or names.
  if ((tag & 0xc0) === 0 && tag !== 0x30 && tag !== 0x31) malformed();
  if (element.children.length > MAX_CHILDREN) throw new SmimeError("limits.cms-nodes");
  const children = element.children.map((child) => toDer(child));
  return derElement(tag, ...(tag === 0x31 ? derSorted(children) : children));
}
