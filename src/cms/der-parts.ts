import type { Bytes } from "../base/bytes.ts";

/** DER in pieces: a message's content stays where it is until the whole object is put together, once. */
export interface DerParts {
  length: number;
  pieces: readonly Bytes[];
}

function partsOf(content: Bytes | DerParts): DerParts {
  return content instanceof Uint8Array ? { length: content.length, pieces: [content] } : content;
}

/** Puts a header with this identifier octet before content in pieces. */
export function partsElement(tag: number, ...content: readonly (Bytes | DerParts)[]): DerParts {
  const parts = content.map(partsOf);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = headerOf(tag, length);
  return { length: header.length + length, pieces: [header, ...parts.flatMap((part) => part.pieces)] };
}

function headerOf(tag: number, length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}
