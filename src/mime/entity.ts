import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { asciiLower } from "./ascii.ts";

/** One header field as it stands in the message. */
export interface HeaderField {
  /** As written. */
  name: string;
  /** The whole field, folding and final line break included; a range of the message, not a copy. */
  raw: Bytes;
  /** Unfolded, without white space at its ends; UTF-8, or else ISO 8859-1. Encoded words (RFC 2047) are left as they are. */
  value: string;
}

/** One MIME entity: a message or a part of one (RFC 2045 §2.4), as ranges of the octets that it was read from. */
export interface MimeEntity {
  source: Bytes;
  /** First octet of the header. */
  start: number;
  /** Behind the last header field. */
  headerEnd: number;
  /** Behind the empty line. */
  bodyStart: number;
  /** Behind the last octet: the line break before a boundary belongs to the boundary (RFC 2046 §5.1.1). */
  end: number;
  headers: HeaderField[];
  /** Media type in lower case, `text/plain` if none is given. */
  type: string;
  /** Parameters of Content-Type: names in lower case, values decoded per RFC 2231. */
  parameters: Map<string, string>;
  /** Content-Transfer-Encoding in lower case, `7bit` if none is given. */
  encoding: string;
  disposition: Disposition | null;
  /** Content-ID without angle brackets. */
  contentId: string | null;
  /** Parts of a multipart; empty for anything else, `message/rfc822` included. */
  children: MimeEntity[];
  /** What is not as it should be with this entity alone, each code once. */
  problems: Code[];
}

export interface Disposition {
  /** `inline`, `attachment` or something else, in lower case. */
  type: string;
  filename: string | null;
}

/** The entity's octets, header and body: exactly what a signature over it covers (RFC 1847 §2.1, CO-10). Not a copy. */
export function entityBytes(entity: MimeEntity): Bytes {
  return entity.source.subarray(entity.start, entity.end);
}

/** The body's octets, still in their transfer encoding. Not a copy. */
export function bodyBytes(entity: MimeEntity): Bytes {
  return entity.source.subarray(entity.bodyStart, entity.end);
}

/** The first field of that name, in whatever case it is written; null if there is none. */
export function field(entity: MimeEntity, name: string): HeaderField | null {
  return fields(entity, name)[0] ?? null;
}

/** All fields of that name, in their order. */
export function fields(entity: MimeEntity, name: string): HeaderField[] {
  const wanted = asciiLower(name);
  return entity.headers.filter((each) => asciiLower(each.name) === wanted);
}

/** Notes a problem once. */
export function note(entity: MimeEntity, code: Code): void {
  if (!entity.problems.includes(code)) entity.problems.push(code);
}

/** Problems of an entity and of everything in it, each code once. */
export function allProblems(entity: MimeEntity): Code[] {
  const found = new Set(entity.problems);
  for (const child of entity.children) for (const code of allProblems(child)) found.add(code);
  return [...found];
}
