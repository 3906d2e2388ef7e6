import { type Bytes, concat, randomBytes, utf8 } from "../../src/base/bytes.ts";

export interface Shape {
  /** Octets of the message, or a few fewer. */
  octets: number;
  /** Leaves: a text, its HTML, and attachments. */
  parts: number;
}

export const LARGE: Shape = { octets: 25_000_000, parts: 200 };

/** Octets of one part's header and boundary at most. */
const AROUND = 250;

/** Of ten attachments, eight are base64 as files are; the others are texts in the two ways that texts travel. */
const ENCODINGS = ["base64", "base64", "base64", "base64", "quoted-printable", "base64", "base64", "base64", "base64", "8bit"] as const;

/** Makes a message of that many parts; a fifth of its attachments lie in a multipart of their own. */
export function makeManyParts({ octets, parts }: Shape): Bytes {
  const each = Math.floor(octets / parts) - AROUND;
  const attachments = Array.from({ length: parts - 2 }, (_, i) => attachment(i, each));
  const nested = Math.floor(attachments.length / 5);
  return concat(
    utf8("From: Alice Example <alice@lab.test>\r\nTo: Bob Example <bob@lab.test>\r\nSubject: Many parts\r\nMIME-Version: 1.0\r\n"),
    ...multipart("mixed", "outer", [
      multipart("alternative", "body", [text("plain", each), text("html", each)]),
      multipart("mixed", "inner", attachments.slice(0, nested)),
      ...attachments.slice(nested),
    ]),
  );
}

function multipart(subtype: string, boundary: string, parts: Bytes[][]): Bytes[] {
  const head = utf8(`Content-Type: multipart/${subtype}; boundary="=_${boundary}"\r\n`);
  return [head, ...parts.flatMap((part) => [utf8(`\r\n--=_${boundary}\r\n`), ...part]), utf8(`\r\n--=_${boundary}--\r\n`)];
}

function text(subtype: string, octets: number): Bytes[] {
  return [utf8(`Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`), quoted(octets)];
}

function attachment(number: number, octets: number): Bytes[] {
  const encoding = ENCODINGS[number % ENCODINGS.length] as (typeof ENCODINGS)[number];
  const name = `"part-${number}.${encoding === "base64" ? "bin" : "txt"}"`;
  const type = encoding === "base64" ? "application/octet-stream" : "text/plain; charset=utf-8";
  const head = `Content-Type: ${type}; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  return [utf8(head), { base64, "quoted-printable": quoted, "8bit": plain }[encoding](octets)];
}

function base64(octets: number): Bytes {
  const line = (): string => `${btoa(String.fromCharCode(...randomBytes(57)))}\r\n`;
  return utf8(Array.from({ length: Math.floor(octets / 78) }, line).join(""));
}

function quoted(octets: number): Bytes {
  return repeated("Gr=C3=BC=C3=9Fe aus K=C3=B6ln, und was man sonst so in einen Brief schreibt =\r\nund dann =E2=80=94 endlich =E2=80=94 absendet.\r\n", octets);
}

function plain(octets: number): Bytes {
  return repeated("Grüße aus Köln, und was man sonst so in einen Brief schreibt, und dann absendet.\r\n", octets);
}

function repeated(line: string, octets: number): Bytes {
  return utf8(line.repeat(Math.max(1, Math.floor(octets / utf8(line).length))));
}
