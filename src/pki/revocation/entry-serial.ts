import type { Bytes } from "../../base/bytes.ts";

/**
 * Where the contents octets of an entry's serial number begin, from the position of the entry; padding of old authorities is
 * passed over, so that a number is found in whatever length it was written.
 */
export function serialStart(bytes: Bytes, entry: number): number {
  let at = integerAt(bytes, entry) + 2;
  const end = serialEnd(bytes, entry);
  while (end - at > 1 && isPadding(bytes[at] as number, bytes[at + 1] as number)) at++;
  return at;
}

/** Where they end. */
export function serialEnd(bytes: Bytes, entry: number): number {
  const at = integerAt(bytes, entry);
  return at + 2 + (bytes[at + 1] as number);
}

/** Tells whether an entry is of this serial number: contents octets in shortest form. */
export function hasSerial(bytes: Bytes, entry: number, serial: Bytes): boolean {
  const at = serialStart(bytes, entry);
  if (serialEnd(bytes, entry) - at !== serial.length) return false;
  // From the end, where the numbers of one authority differ.
  for (let i = serial.length - 1; i >= 0; i--) if (bytes[at + i] !== serial[i]) return false;
  return true;
}

/** Contents octets of a serial number in shortest form (X.690 §8.3.2). */
export function shortestSerial(content: Bytes): Bytes {
  let at = 0;
  while (content.length - at > 1 && isPadding(content[at] as number, content[at + 1] as number)) at++;
  return content.subarray(at);
}

function isPadding(first: number, second: number): boolean {
  return (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
}

/** Where the INTEGER begins: behind the header of the entry's SEQUENCE. */
function integerAt(bytes: Bytes, entry: number): number {
  const length = bytes[entry + 1] as number;
  return entry + 2 + (length < 0x80 ? 0 : length & 0x7f);
}
