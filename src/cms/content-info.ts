import { type Bytes, copy, latin1 } from "../base/bytes.ts";
import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { SmimeError } from "../base/errors.ts";
import { OID } from "../pki/oids.ts";
import { type BerElement, malformed, readBer } from "./ber.ts";
import { type CompressedData, readCompressedData } from "./compressed.ts";
import { type AuthEnvelopedData, type EnvelopedData, readAuthEnvelopedData, readEnvelopedData } from "./enveloped-data.ts";
import { explicit, Fields } from "./fields.ts";
import { readSignedData, type SignedData } from "./signed-data.ts";
import { readOid } from "./values.ts";

/** A CMS object of a type that mail uses, read and neither verified nor opened. */
export type Cms = SignedData | EnvelopedData | AuthEnvelopedData | CompressedData;

/**
 * Reads one CMS object: ContentInfo (RFC 5652 §3) in DER, in BER with indefinite lengths and strings in segments, or in PEM.
 * The result holds views into the input wherever that is in one piece, so the input must not be changed afterwards.
 * Throws `cms.malformed`, `cms.content-type-unknown`, `limits.cms-nodes`, `limits.cms-recipients`.
 */
export function readCms(bytes: Uint8Array): Cms {
  const input = unarmoured(bytes);
  // What follows the object is left alone, as every reader does: lists append footers, and senders pad.
  const fields = new Fields(readBer(input));
  const contentType = readOid(fields.next(0x06));
  const content = fields.optional(0xa0);
  fields.end();
  return readContent(contentType, content);
}

function readContent(contentType: string, content: BerElement | null): Cms {
  const read = readers[contentType];
  if (read === undefined) throw new SmimeError("cms.content-type-unknown");
  if (content === null) malformed();
  return read(explicit(content));
}

const readers: Record<string, (element: BerElement) => Cms> = {
  [OID.signedData]: readSignedData,
  [OID.envelopedData]: readEnvelopedData,
  [OID.authEnvelopedData]: readAuthEnvelopedData,
  [OID.compressedData]: readCompressedData,
};

/** Takes off PEM armour (RFC 7468 §5, §10; any label), if there is one. */
function unarmoured(bytes: Uint8Array): Bytes {
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : copy(bytes);
  const start = latin1(own.subarray(0, 256));
  const begin = /^\s*-----BEGIN [A-Z0-9 #]{1,40}-----/.exec(start);
  if (begin === null) return own;
  const end = own.indexOf(0x2d, begin[0].length);
  if (end < 0 || !latin1(own.subarray(end, end + 9)).startsWith("-----END ")) malformed();
  const { bytes: decoded, clean } = decodeBase64Lenient(own.subarray(begin[0].length, end));
  return clean ? decoded : malformed();
}
