import { Base64Writer, base64Length } from "./base64-writer.ts";
import type { Bytes } from "./bytes.ts";

/** Octets that are to stand as base64 in lines of 76 characters. They are encoded where they belong when pieces are joined. */
export interface Base64Piece {
  base64: Bytes;
  /** Of the text. */
  length: number;
}

/** Octets that are made while others work on those before them. `length` is the sum of all pieces. */
export interface OctetStream {
  length: number;
  pieces: AsyncIterable<Bytes>;
}

/** A part of something that is put together once, at the end, since attachments are large. */
export type Piece = Bytes | Base64Piece;

/** Characters of a line of base64 in mail (RFC 2045 §6.8). */
export const LINE = 76;

export function base64Piece(bytes: Bytes): Base64Piece {
  return { base64: bytes, length: base64Length(bytes.length, LINE) };
}

export function lengthOf(pieces: readonly { length: number }[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Joins pieces into one array. */
export function joinPieces(pieces: readonly Piece[]): Bytes {
  const out = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) out.set(piece, at);
    else {
      const writer = new Base64Writer(out, at, LINE);
      writer.write(piece.base64);
      writer.end();
    }
    at += piece.length;
  }
  return out;
}

/** Goes through octets in chunks of `size`, the last one shorter; views where a chunk lies within one piece. */
export function* chunks(pieces: readonly Piece[], size: number): Generator<Bytes> {
  let gathered: Bytes[] = [];
  let left = size;
  for (const each of pieces) {
    const piece = joined([each]);
    for (let from = 0; from < piece.length; ) {
      const view = piece.subarray(from, from + left);
      from += view.length;
      left -= view.length;
      gathered.push(view);
      if (left > 0) continue;
      yield joined(gathered);
      gathered = [];
      left = size;
    }
  }
  if (gathered.length > 0) yield joined(gathered);
}

/** Joins pieces where there are several; a single one is returned as it is. */
export function joined(pieces: readonly Piece[]): Bytes {
  const [first, second] = pieces;
  return first instanceof Uint8Array && second === undefined ? first : joinPieces(pieces);
}
