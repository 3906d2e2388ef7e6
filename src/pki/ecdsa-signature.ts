import { type Bytes, concat } from "../base/bytes.ts";
import { derInteger, derSequence } from "./der.ts";
import { DerReader, TAG, readSingle } from "./der-reader.ts";
import { integerContent } from "./der-values.ts";

/** A number of a signature as exactly `octets` octets; null if it does not fit or is negative. */
function fixedWidth(content: Bytes, octets: number): Bytes | null {
  const magnitude = content[0] === 0 ? content.subarray(1) : content;
  if (((content[0] as number) & 0x80) !== 0 || magnitude.length > octets) return null;
  return concat(new Uint8Array(octets - magnitude.length), magnitude);
}

/** Turns ECDSA-Sig-Value (RFC 3279 §2.2.3) into r and s side by side, as WebCrypto takes it; null if it is not one of this curve. */
export function rawEcdsaSignature(der: Bytes, octets: number): Bytes | null {
  try {
    const reader = new DerReader(readSingle(der, TAG.sequence).content);
    const r = fixedWidth(integerContent(reader.next(TAG.integer)), octets);
    const s = fixedWidth(integerContent(reader.next(TAG.integer)), octets);
    reader.end();
    return r === null || s === null ? null : concat(r, s);
  } catch {
    return null;
  }
}

/** Turns r and s side by side, as WebCrypto gives them, into ECDSA-Sig-Value (RFC 3279 §2.2.3). */
export function derEcdsaSignature(raw: Bytes): Bytes {
  const half = raw.length / 2;
  return derSequence(derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half)));
}
