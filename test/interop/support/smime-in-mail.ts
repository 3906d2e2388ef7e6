import { type Bytes, copy, latin1, fromLatin1 } from "../../../src/base/bytes.ts";

/*
 * Finds the one CMS object of a simple mail and the octets that a detached signature covers. It splits by text search on
 * purpose: tests of CMS must not rest on the MIME parser they will later be joined with.
 */
export function findSmime(mail: Bytes): { object: Bytes; content: Bytes | null } {
  const text = latin1(mail).replaceAll(/\r?\n/g, "\r\n");
  const [header = "", body = ""] = splitOnce(text, "\r\n\r\n");
  const boundary = /multipart\/signed[^]*?boundary="?([^";\r\n]+)/i.exec(header)?.[1];
  if (boundary === undefined) return { object: decoded(body), content: null };
  const [, content = "", signature = ""] = `\r\n${body}`.split(`\r\n--${boundary}`);
  return { object: decoded(splitOnce(signature, "\r\n\r\n")[1] ?? ""), content: fromLatin1(content.replace(/^[ \t]*\r\n/, "")) };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decoded(base64: string): Bytes {
  return copy(Buffer.from(base64, "base64"));
}
