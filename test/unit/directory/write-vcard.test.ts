import { describe, expect, it } from "vitest";
import { fromUtf8 } from "../../../src/base/bytes.ts";
import { parseCards } from "../../../src/directory/vcard.ts";
import { writeCard } from "../../../src/directory/write-vcard.ts";
import { issue } from "../pki/support/authority.ts";

describe("a vCard of ours (RFC 2426)", () => {
  it("is read again with its name, address and certificate", () => {
    const { der } = issue({ name: "Bob Example", emails: ["bob@lab.test"] }).certificate;
    expect(parseCards(fromUtf8(writeCard("bob@lab.test", der)))).toEqual([{ name: "Bob Example", addresses: ["bob@lab.test"], keys: [der] }]);
  });

  it("has nothing in it that a name of a stranger's certificate would add", () => {
    const { der } = issue({ name: "Bob;\\Smith,\r\nEMAIL:eve@evil.test\u2028NOTE:x", emails: ["bob@lab.test"] }).certificate;
    const text = fromUtf8(writeCard("bob@lab.test", der));
    expect(text.split("\r\n").map((line) => line.split(/[:;]/)[0])).toEqual(["BEGIN", "VERSION", "FN", "N", "EMAIL", "KEY", "END", ""]);
    expect(parseCards(text)).toMatchObject([{ name: "Bob;\\Smith, EMAIL:eve@evil.test NOTE:x", addresses: ["bob@lab.test"] }]);
    const long = issue({ name: "x".repeat(201), emails: ["bob@lab.test"] }).certificate.der;
    expect(parseCards(fromUtf8(writeCard("bob@lab.test", long)))[0]?.name).toHaveLength(200);
  });
});
