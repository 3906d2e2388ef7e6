import { describe, expect, it } from "vitest";
import { decodeHeaderText, encodeHeaderText, headerLine } from "../../../src/mime/header-text.ts";
import { field } from "../../../src/mime/entity.ts";
import { parse, randomNumbers } from "./support.ts";

describe("reading encoded words", () => {
  it.each([
    ["plain", "plain"],
    ["=?utf-8?B?w6Q=?=", "ä"],
    ["a =?ISO-8859-1?q?=E4_b?= c", "a ä b c"],
    ["=?utf-8?q?a?= =?utf-8?q?b?=", "ab"],
    ["=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"],
    ["=?utf-8?B?w6Q=?= =?iso-8859-1?q?=E4?=", "ää"],
    // One character in two words, which RFC 2047 forbids and some programs do.
    ["=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"],
    ["=?utf-8*de?Q?x?=", "x"],
    ["=?utf-8?X?x?=", "=?utf-8?X?x?="],
    ["=?klingon?Q?x?=", "x"],
    ["=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"],
    ["=?utf-8?Q?nul=00?=", "nul "],
  ])("%s", (value, expected) => {
    expect(decodeHeaderText(value)).toBe(expected);
  });
});

describe("writing fields", () => {
  it("leaves ASCII alone and encodes the rest", () => {
    expect(encodeHeaderText("Hello, World (again)")).toBe("Hello, World (again)");
    expect(encodeHeaderText("=?utf-8?q?x?=")).toMatch(/^=\?utf-8\?B\?/);
    expect(encodeHeaderText("grüße")).toBe("=?utf-8?B?Z3LDvMOfZQ==?=");
  });

  it("cannot be made to write a second field", () => {
    const line = headerLine("Subject", "x\r\nBcc: y\u0000\n\n.\r");
    expect(line).toBe("Subject: x Bcc: y .\r\n");
    expect(headerLine("Sub\r\nject:", "x")).toBe("Subject: x\r\n");
  });

  it("keeps the first word on the field's line, however long", () => {
    expect(headerLine("References", `<${"x".repeat(90)}> <y>`)).toBe(`References: <${"x".repeat(90)}>\r\n <y>\r\n`);
  });

  it("is read back as it was, ASCII alone, folded at 76 columns", () => {
    const random = randomNumbers(2);
    const alphabet = ["a", "word ", "  ", "ä", "漢字", "😀", "=?", "?=", "_", "\"", ",", "x".repeat(40)];
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random(40) }, () => alphabet[random(alphabet.length)]).join("");
      const line = headerLine("Subject", encodeHeaderText(text));
      expect(line).toMatch(/^Subject:(?: [!-~][ -~]*)?\r\n(?: [ -~]*[!-~]\r\n)*$/);
      for (const each of line.split("\r\n")) expect(each.length).toBeLessThanOrEqual(78);
      expect(decodeHeaderText(field(parse(line, ""), "Subject")?.value ?? "")).toBe(text);
    }
  });
});
