import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { joined } from "../base/pieces.ts";
import type { Algorithm } from "../pki/algorithm.ts";
import { type BerElement } from "./ber.ts";
import { explicit, Fields } from "./fields.ts";
import { cmsLimits } from "./limits.ts";
import { readAlgorithm, readOid, readVersion } from "./values.ts";

/** id-alg-zlibCompress (RFC 3274 §2). */
const ZLIB = "1.2.840.113549.1.9.16.3.8";

/** CompressedData (RFC 3274 §1.1), read and not expanded. */
export interface CompressedData {
  type: "compressed-data";
  algorithm: Algorithm;
  contentType: string;
  segments: Bytes[];
}

/** Reads the content of a ContentInfo of type id-ct-compressedData. Throws `cms.malformed`, `limits.cms-nodes`. */
export function readCompressedData(element: BerElement): CompressedData {
  const fields = new Fields(element);
  readVersion(fields.next());
  const algorithm = readAlgorithm(fields.next());
  const encapsulated = new Fields(fields.next());
  const contentType = readOid(encapsulated.next());
  const segments = explicit(encapsulated.next(0xa0)).segments();
  encapsulated.end();
  fields.end();
  return { type: "compressed-data", algorithm, contentType, segments };
}

/**
 * Expands compressed content. At most `limit` octets are made: a few kilobytes can stand for gigabytes.
 * Throws `cms.algorithm-unknown`, `cms.malformed` for a damaged stream, `limits.message-size`.
 */
export async function expand(cms: CompressedData, limit: number = cmsLimits.decompressed): Promise<Bytes> {
  if (cms.algorithm.oid !== ZLIB) throw new SmimeError("cms.algorithm-unknown");
  const reader = new Blob(cms.segments).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const pieces: Bytes[] = [];
  let length = 0;
  for (;;) {
    const piece = await reader.read().catch((cause: unknown) => {
      throw new SmimeError("cms.malformed", { cause });
    });
    if (piece.done) return joined(pieces);
    length += piece.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new SmimeError("limits.message-size");
    }
    pieces.push(piece.value);
  }
}
