import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { type Bytes, latin1 } from "../base/bytes.ts";
import { decodeBytes } from "./charset.ts";
import { type MimeEntity, bodyBytes, note } from "./entity.ts";
import { joinFlowed } from "./flowed.ts";
import { decodeQuotedPrintable } from "./quoted-printable.ts";

/**
 * Undoes the transfer encoding of a part's body (RFC 2045 §6). Damage is noted in the entity's `problems`, and what can be
 * read is returned. For 7bit, 8bit and binary the result is a range of the message, not a copy.
 */
export function decodeBody(entity: MimeEntity): Bytes {
  const body = bodyBytes(entity);
  switch (entity.encoding) {
    case "base64": {
      const { bytes, clean } = decodeBase64Lenient(body);
      if (!clean) note(entity, "mime.base64-damaged");
      return bytes;
    }
    case "quoted-printable": {
      const { bytes, clean } = decodeQuotedPrintable(body);
      if (!clean) note(entity, "mime.quoted-printable-damaged");
      return bytes;
    }
    case "7bit":
    case "8bit":
    case "binary":
      return body;
    default:
      note(entity, "mime.encoding-unknown");
      return body;
  }
}

/**
 * A text part's text, line breaks as sent; an unknown character set is noted and guessed. Lines that were broken for
 * transport alone are joined again where the break stands in the midst of words (`DelSp=yes`, RFC 3676 §4.1).
 */
export function decodeText(entity: MimeEntity): string {
  const body = decodeBody(entity);
  const charset = entity.parameters.get("charset") ?? (entity.type === "text/html" ? metaCharset(body) : "");
  const { text, known } = decodeBytes(body, charset);
  if (!known) note(entity, "mime.charset-unknown");
  const flowed = entity.type === "text/plain" && /^flowed$/i.test(entity.parameters.get("format") ?? "");
  return flowed && /^yes$/i.test(entity.parameters.get("delsp") ?? "") ? joinFlowed(text) : text;
}

/** The character set that an HTML document names itself, within the first 1,024 octets as browsers do; empty if none. */
function metaCharset(body: Bytes): string {
  return /<meta[^>]{1,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(latin1(body.subarray(0, 1024)))?.[1] ?? "";
}

/** Makes every line end CRLF, as signatures over text need it (RFC 8551 §3.1.1, CO-10); returns the input if it is so already. */
export function toCrlf(bytes: Bytes): Bytes {
  let missing = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) missing++;
  if (missing === 0) return bytes;
  const out = new Uint8Array(bytes.length + missing);
  let to = 0;
  let from = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at - 1] === 13) continue;
    out.set(bytes.subarray(from, at), to);
    to += at - from;
    out[to++] = 13;
    from = at;
  }
  out.set(bytes.subarray(from), to);
  return out;
}
