import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../src/base/base64.ts";
import { decodeBase64Lenient, encodeBase64Bytes } from "../../../src/base/base64-lines.ts";
import { fromLatin1, latin1, randomBytes } from "../../../src/base/bytes.ts";

const broken = (text: string, every: number): string => text.replaceAll(new RegExp(`.{${every}}(?=.)`, "g"), "$&\r\n");

describe("base64", () => {
  it("agrees with another implementation for every length and line length", () => {
    for (const length of [...Array(240).keys(), 65_536, 65_537, 65_538]) {
      const bytes = randomBytes(length);
      const expected = Buffer.from(bytes).toString("base64");
      expect(encodeBase64(bytes)).toBe(expected);
      expect(Buffer.from(decodeBase64(expected)).equals(bytes)).toBe(true);
      for (const line of [4, 64, 76]) {
        const text = encodeBase64Bytes(bytes, line);
        expect(latin1(text)).toBe(broken(expected, line));
        for (const wrapped of [latin1(text), latin1(text).replaceAll("\r\n", "\n"), `${latin1(text)}\r\n`]) {
          const decoded = decodeBase64Lenient(fromLatin1(wrapped));
          expect(decoded.clean).toBe(true);
          expect(Buffer.from(decoded.bytes).equals(bytes)).toBe(true);
          expect(decoded.bytes.buffer.byteLength).toBe(length);
        }
      }
    }
  });

  it("encodes a part of a larger buffer", () => {
    const bytes = randomBytes(100);
    for (let from = 0; from < 4; from++) expect(latin1(encodeBase64Bytes(bytes.subarray(from, 90), 0))).toBe(Buffer.from(bytes.subarray(from, 90)).toString("base64"));
  });

  it.each([
    ["foreign characters are skipped and told", "aG*Vs\r\n-bG8=", "hello", false],
    ["white space anywhere is nothing", " aG Vs\tbG8\n= ", "hello", true],
    ["padding that is missing is nothing", "aGVsbG8", "hello", true],
    ["a second text behind the padding is left out", "aGVsbG8=IHlvdQ==", "hello", false],
    ["a lone last character is damage", "aGVsbG8gh", "hello ", false],
    ["lines of very different lengths", "aGVs\r\nbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8g\r\naGVsbG8=", "hello hello hello hello hello hello", true],
    ["characters outside ASCII", "aGVs\u00ffbG8=\u0080", "hello", false],
    ["nothing", "", "", true],
    ["a line break at the beginning", "\naGVsbG8=\n", "hello", true],
    ["line breaks alone", "\r\n\r\n", "", true],
  ])("%s", (_name, text, expected, clean) => {
    const decoded = decodeBase64Lenient(fromLatin1(text));
    expect(latin1(decoded.bytes)).toBe(expected);
    expect(decoded.clean).toBe(clean);
  });

  it.each(["aGVsbG8", "aGVs bG8=", "a===", "aGVsbG8=aGVs", "aGVsbG-="])("what is not strict is refused where nobody else writes: %s", (text) => {
    expect(() => decodeBase64(text)).toThrow(RangeError);
  });
});
