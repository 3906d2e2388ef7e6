import { type Bytes, fromLatin1, latin1 } from "./bytes.ts";

/** Encodes a few octets as base64 (RFC 4648 §4) without line breaks; what mails consist of is in `base64-lines.ts`. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

/** Decodes strict base64 without white space, as our own messages use it; throws `RangeError` on anything else. */
export function decodeBase64(text: string): Bytes {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new RangeError("not base64");
  return fromLatin1(atob(text));
}
