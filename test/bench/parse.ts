import PostalMime from "postal-mime";
import type { Bytes } from "../../src/base/bytes.ts";
import { selectBody } from "../../src/mime/body.ts";
import { decodeBody } from "../../src/mime/decode.ts";
import { parseMessage } from "../../src/mime/parse.ts";
import type { Work } from "./rounds.ts";

export const POSTAL_MIME = "postal-mime";

/** What a parser found: a text, its HTML, and the attachments' octets. */
export interface Found {
  text: string;
  html: string;
  attachments: Uint8Array[];
}

/** Ours: the tree of parts, the texts that a reader shows, and each attachment decoded. */
export function parseOurs(message: Bytes): Found {
  const { text = "", html = "", attachments } = selectBody(parseMessage(message));
  return { text, html, attachments: attachments.map(({ entity }) => decodeBody(entity)) };
}

/** postal-mime as its documentation uses it. */
export async function parsePostalMime(message: Bytes): Promise<Found> {
  const { text = "", html = "", attachments } = await PostalMime.parse(message);
  return { text, html, attachments: attachments.map(({ content }) => new Uint8Array(content as ArrayBuffer)) };
}

/** Tells whether both found the same; postal-mime gives every text the line ends of Unix, and one more. */
export function sameFound(one: Found, other: Found): boolean {
  const lines = (text: string): string => text.replace(/\r\n/g, "\n").trimEnd();
  const same = (a: Uint8Array, b: Uint8Array | undefined): boolean => {
    const [left, right] = [Buffer.from(a), Buffer.from(b ?? [])];
    return left.equals(right) || lines(left.toString("latin1")) === lines(right.toString("latin1"));
  };
  return lines(one.text) === lines(other.text) && lines(one.html) === lines(other.html) &&
    one.attachments.length === other.attachments.length && one.attachments.every((octets, i) => same(octets, other.attachments[i]));
}

/** Parses a message in a buffer of its own. */
export function parseWork(parse: (message: Bytes) => Found | Promise<Found>, message: Bytes): Work {
  return () => {
    const own = message.slice();
    return async () => parse(own);
  };
}
