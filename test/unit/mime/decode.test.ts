import { describe, expect, it } from "vitest";
import { fromLatin1, latin1, utf8 } from "../../../src/base/bytes.ts";
import { decodeBody, decodeText, toCrlf } from "../../../src/mime/decode.ts";
import { decodeQuotedPrintable, encodeQuotedPrintable } from "../../../src/mime/quoted-printable.ts";
import { parse, randomNumbers } from "./support.ts";

describe("transfer encodings", () => {
  it.each([
    ["base64", "aGVsbG8=", "hello", []],
    ["BASE64", "aGVs\r\nbG8", "hello", []],
    ["base64", "aGVs!bG8=", "hello", ["mime.base64-damaged"]],
    ["base64", "aGVs=bG8=", "hel", ["mime.base64-damaged"]],
    ["quoted-printable", "a=3Db=3d  \r\nc=\r\nd = \r\ne", "a=b=\r\ncd e", []],
    ["quoted-printable", "a=XYb=4", "a=XYb=4", ["mime.quoted-printable-damaged"]],
    ["quoted-printable", "end=", "end", []],
    ["8bit", "\u00e4", "\u00e4", []],
    ["x-own", "x", "x", ["mime.encoding-unknown"]],
  ])("%s %j", (encoding, body, expected, problems) => {
    const message = parse(`Content-Transfer-Encoding: ${encoding}`, "", body);
    expect(latin1(decodeBody(message))).toBe(expected);
    expect(message.problems).toEqual(problems);
  });

  it.each([
    ["iso-8859-1", "\u00e4", "ä"],
    ["us-ascii", "\u00c3\u00a4", "ä"],
    ["us-ascii", "\u00e4", "ä"],
    ["cp1251", "\u00c4", "Д"],
    ["iso-2022-jp", "\u001b$B8=67\u001b(B", "現況"],
    ["utf-7", "+ADw-", "+ADw-"],
  ])("reads text in %s", (charset, body, expected) => {
    expect(decodeText(parse(`Content-Type: text/plain; charset=${charset}`, "", body))).toBe(expected);
  });

  it("joins lines broken in the midst of words, quoted ones at their depth (RFC 3676)", () => {
    const body = ["漢 ", "字", "> one ", "> two ", "three", "-- ", "me"].join("\r\n");
    const message = parse("Content-Type: text/plain; charset=utf-8; format=Flowed; DelSp=Yes", "", latin1(utf8(body)));
    expect(decodeText(message)).toBe("漢字\r\n> onetwo\r\nthree\r\n-- \r\nme");
  });

  it("reads the character set that HTML names itself", () => {
    expect(decodeText(parse("Content-Type: text/html", "", "<meta http-equiv=x content='text/html; charset=koi8-r'>\u00c1"))).toMatch(/а$/);
  });

  it("says that a character set is unknown", () => {
    const message = parse("Content-Type: text/plain; charset=klingon", "", "x");
    expect(decodeText(message)).toBe("x");
    expect(message.problems).toEqual(["mime.charset-unknown"]);
  });
});

describe("canonical line ends (CO-10)", () => {
  it("turns bare LF into CRLF and leaves the rest", () => {
    expect(latin1(toCrlf(fromLatin1("a\nb\r\n\n\rc\r")))).toBe("a\r\nb\r\n\r\n\rc\r");
  });

  it("copies nothing where nothing is to do", () => {
    const bytes = fromLatin1("a\r\nb\r\n");
    expect(toCrlf(bytes)).toBe(bytes);
  });
});

describe("quoted-printable writing", () => {
  const lines = (text: string): string[] => latin1(encodeQuotedPrintable(utf8(text))).split("\r\n");

  it("writes no line that mailboxes or webmails change", () => {
    expect(lines("From me\r\n>From you\r\nFrom\r\n.\r\nblank \r\ntab\t\r\nlast ")).toEqual([
      "=46rom me", "=3EFrom you", "From", "=2E", "blank=20", "tab=09", "last=20",
    ]);
  });

  it("guards lines that begin after a soft break as well", () => {
    for (const line of lines(`${"x".repeat(75)}From here ${"y".repeat(65)}>From there`)) expect(line).not.toMatch(/^>?From /);
  });

  it("is read back as it was, in lines of at most 76 columns", () => {
    const random = randomNumbers(1);
    const alphabet = ["a", "=", " ", "\t", ".", "From ", ">From ", "ä", "€", "\r\n", "\u0000", "\r", "x".repeat(30)];
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random(60) }, () => alphabet[random(alphabet.length)]).join("");
      const octets = utf8(text);
      const encoded = encodeQuotedPrintable(octets);
      const { bytes, clean } = decodeQuotedPrintable(encoded);
      expect(latin1(bytes)).toBe(latin1(octets));
      expect(clean).toBe(true);
      expect(latin1(encoded)).toMatch(/^[\r\n\t -~]*$/);
      for (const line of latin1(encoded).split("\r\n")) {
        expect(line.length).toBeLessThanOrEqual(76);
        expect(line).not.toMatch(/^>?From |[ \t\r]$|^\./);
      }
    }
  });
});
