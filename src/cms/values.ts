import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, parseAlgorithm } from "../pki/algorithm.ts";
import { countOf, oidOf } from "../pki/der-values.ts";
import { parseName } from "../pki/name.ts";
import { type BerElement, malformed } from "./ber.ts";
import { toDer } from "./ber-to-der.ts";

/** Runs a reader of values that `pki` lends, and turns its complaint into `cms.malformed`. */
export function asCms<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SmimeError && error.code === "pki.malformed") throw new SmimeError("cms.malformed", { cause: error });
    throw error;
  }
}

/** Reads an AlgorithmIdentifier of any BER encoding; its `der` is DER. `tag` where an implicit tag took SEQUENCE's place. Throws `cms.malformed`. */
export function readAlgorithm(element: BerElement, tag = 0x30): Algorithm {
  if (element.tag !== tag) malformed();
  return asCms(() => parseAlgorithm(toDer(element, 0x30)));
}

/** Reads an OBJECT IDENTIFIER in dotted form. Throws `cms.malformed`. */
export function readOid(element: BerElement): string {
  return asCms(() => oidOf(element));
}

/** Reads a version number. Throws `cms.malformed`. */
export function readVersion(element: BerElement): number {
  if (element.tag !== 0x02) malformed();
  return asCms(() => countOf(element));
}

/** The RFC 4514 string of a DER name, for people; empty if it cannot be read. */
export function nameText(der: Bytes): string {
  try {
    return parseName(der).rfc4514;
  } catch {
    return "";
  }
}
