/** Octets that own an ordinary ArrayBuffer, as WebCrypto and transfer lists want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8");

/** Encodes text as UTF-8. */
export function utf8(text: string): Bytes {
  return utf8Encoder.encode(text);
}

/** Decodes UTF-8; malformed sequences become U+FFFD, a leading byte order mark is dropped. */
export function fromUtf8(bytes: Uint8Array): string {
  return utf8Decoder.decode(bytes);
}

/** Maps each octet to the character of the same number (ISO 8859-1 as mail uses it: lossless). */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  // String.fromCharCode takes its arguments on the stack: 8 KiB at a time stays far below any engine's limit.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** Maps each character below U+0100 to the octet of the same number; higher ones keep their low eight bits. */
export function fromLatin1(text: string): Bytes {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** Joins octet strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Copies octets into a buffer of their own, so that it can be transferred or kept without the rest. */
export function copy(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

/** The same octets, to be read and written as numbers of several octets. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Compares two octet strings; not in constant time, so never for secrets (see `constantTimeEqual`). */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Compares two octet strings of public length without leaving early, as far as JavaScript allows. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Writes octets as lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += HEX[octet] as string;
  return text;
}

/** Reads hexadecimal of either case; throws `RangeError` on anything else. */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text)) throw new RangeError("not hexadecimal");
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Returns `length` octets from the platform's cryptographic generator. */
export function randomBytes(length: number): Bytes {
  const out = new Uint8Array(length);
  // getRandomValues refuses more than 65,536 octets at once (Web Cryptography API).
  for (let i = 0; i < length; i += 65536) crypto.getRandomValues(out.subarray(i, Math.min(i + 65536, length)));
  return out;
}
