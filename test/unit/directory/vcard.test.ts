import { describe, expect, it } from "vitest";
import { latin1 } from "../../../src/base/bytes.ts";
import { cardLimits, parseCards } from "../../../src/directory/vcard.ts";

const card = (...lines: string[]): string => ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
const keys = (...lines: string[]): string[] => parseCards(card(...lines)).flatMap((each) => each.keys.map(latin1));

describe("vCards", () => {
  it("say a name and addresses, in groups, folded and escaped", () => {
    expect(parseCards(card("FN:Example\\, Bob", "item1.EMAIL;TYPE=INTERNET:BOB@lab.test", "EMAIL;TYPE=\"a:b\":bob@work", " .test", "EMAIL:mailto:b@x.test"))).toEqual([{ name: "Example, Bob", addresses: ["bob@lab.test", "bob@work.test", "b@x.test"], keys: [] }]);
  });

  it.each([
    ["3.0", "KEY;ENCODING=b;TYPE=X509:YWJj"],
    ["3.0 folded", "KEY;TYPE=X509;ENCODING=B:YW\r\n  Jj"],
    ["2.1", "KEY;X509;BASE64:YWJj"],
    ["2.1, named", "item2.KEY;ENCODING=BASE64:YWJj"],
    ["4.0", "KEY:data:application/pkix-cert;base64,YWJj"],
  ])("hold a KEY as vCard %s writes it", (_version, line) => {
    expect(keys(line)).toEqual(["abc"]);
  });

  it("hold PEM as text, and no KEY that lies elsewhere", () => {
    expect(keys("KEY:-----BEGIN CERTIFICATE-----\\nYWJj\\n-----END CERTIFICATE-----")).toEqual(["-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----"]);
    expect(keys("KEY;VALUE=uri:https://evil.test/key", "KEY;ENCODING=b:%%%", "KEY:abc")).toEqual([]);
  });

  it("are read up to limits, and with anything else in the place of them", () => {
    expect(parseCards(card("FN:x").repeat(cardLimits.cards))).toHaveLength(cardLimits.cards);
    expect(parseCards(card("FN:x").repeat(cardLimits.cards + 1))).toHaveLength(cardLimits.cards);
    const lines = (count: number): number => parseCards(card(...Array<string>(count - 2).fill("X:1"), "EMAIL:a@x.test"))[0]?.addresses.length ?? -1;
    expect([lines(cardLimits.lines), lines(cardLimits.lines + 1)]).toEqual([1, 0]);
    expect(parseCards(card("FN:x").padEnd(cardLimits.size))).toHaveLength(1);
    expect(parseCards(card("FN:x").padEnd(cardLimits.size + 1))).toEqual([]);
    expect(parseCards("<!doctype html>BEGIN:VCARD")).toEqual([]);
    // Took minutes when each beginning was followed to the text's end.
    expect(parseCards("BEGIN:VCARD\n".repeat(cardLimits.size / 12))).toEqual([]);
  });

  it("that never end cost no more than others", () => {
    // A pattern for a whole card took minutes over this, in which nothing else was done.
    const endless = "BEGIN:VCARD\n".repeat(cardLimits.size / 12 - 10);
    expect(parseCards(endless)).toEqual([]);
    expect(parseCards(`${endless}${card("EMAIL:a@x.test")}`)).toHaveLength(1);
  }, 5000);
});
