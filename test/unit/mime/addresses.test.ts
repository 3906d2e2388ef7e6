import { describe, expect, it } from "vitest";
import { formatAddressList, parseAddressList, sameAddress } from "../../../src/mime/addresses.ts";
import { mimeLimits } from "../../../src/mime/limits.ts";
import { codeThrown } from "./support.ts";

describe("reading address fields", () => {
  it.each<[string, [string | null, string][]]>([
    ["alice@example.org", [[null, "alice@example.org"]]],
    ["Alice <alice@example.org>, \"Bob, the \\\"B\\\"\" <bob@example.org>", [["Alice", "alice@example.org"], ["Bob, the \"B\"", "bob@example.org"]]],
    ["=?utf-8?q?J=C3=B6rg=2C_x=40y?= <joerg@example.org>", [["Jörg, x@y", "joerg@example.org"]]],
    ["Team: a@example.org, B <b@example.org>;, c@example.org", [[null, "a@example.org"], ["B", "b@example.org"], [null, "c@example.org"]]],
    ["undisclosed-recipients:;", []],
    ["Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", [["Pete", "pete@silly.test"]]],
    ["alice@example.org (Alice (A.) Smith)", [["Alice (A.) Smith", "alice@example.org"]]],
    ["<@relay.test,@other.test:alice@example.org>", [[null, "alice@example.org"]]],
    ["john . doe @ example . org", [[null, "john.doe@example.org"]]],
    ["\"john doe\"@example.org", [[null, "\"john doe\"@example.org"]]],
    ["<\"john\"@example.org>", [[null, "john@example.org"]]],
    ["a@[192.0.2.1]", [[null, "a@[192.0.2.1]"]]],
    ["<>", []],
    ["a@b@example.org", [[null, "a@b@example.org"]]],
    ["Doe, John <john@example.org>", [["John", "john@example.org"]]],
  ])("%s", (value, expected) => {
    expect(parseAddressList(value).map(({ name, address }) => [name, address])).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ["manager@example.org <eve@evil.test>", ["eve@evil.test"]],
    ["\"manager@example.org\" <eve@evil.test>", ["eve@evil.test"]],
    ["\"manager@example.org\"", []],
    ["manager@example.org", ["manager@example.org"]],
    ["The Manager", []],
    ["eve@evil.test (manager@example.org)", ["eve@evil.test"]],
    ["(manager@example.org)", []],
    // None of these may pass for one author.
    ["<eve@evil.test> <manager@example.org>", ["eve@evil.test", "manager@example.org"]],
    ["eve@evil.test manager@example.org", ["eve@evil.test", "manager@example.org"]],
    ["<eve@evil.test <manager@example.org>", ["eve@evil.test", "manager@example.org"]],
  ])("UI-06: who is author of %s", (value, expected) => {
    expect(parseAddressList(value).map(({ address }) => address)).toEqual(expected);
  });

  it("reads at most the limit", () => {
    expect(parseAddressList("a@example.org,".repeat(mimeLimits.addresses + 10)).length).toBe(mimeLimits.addresses);
  });

  it.each(["(", "<", "\"\\", "[", "a@", "@,;:", "\"a\" ", "(a)"])("is not kept busy by %j without end", (value) => {
    const begun = performance.now();
    parseAddressList(value.repeat(50_000));
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("writing address fields", () => {
  it("is read back as it was", () => {
    const list = [
      { name: "Alice", address: "alice@example.org" },
      { name: null, address: "bob@example.org" },
      { name: "Doe, \"John\" \\ (x)", address: "john@example.org" },
      { name: "Jörg Müller, der mit dem sehr, sehr langen Namen 漢字漢字漢字漢字", address: "joerg@example.org" },
      { name: null, address: "\"john doe\"@example.org" },
      { name: "x".repeat(2000), address: "x@example.org" },
    ];
    expect(parseAddressList(formatAddressList(list))).toEqual(list);
    expect(formatAddressList(list)).toMatch(/^[ -~]*$/);
  });

  it("writes domains as A-labels", () => {
    expect(formatAddressList([{ name: null, address: "a@Müller.example" }])).toBe("a@xn--mller-kva.example");
  });

  it("refuses a local part that needs SMTPUTF8 instead of spoiling the field", () => {
    expect(codeThrown(() => formatAddressList([{ name: null, address: "jörg@example.org" }]))).toBe("mime.address-not-ascii");
  });

  it("cannot be made to write another mailbox or field", () => {
    const text = formatAddressList([{ name: "x\r\nBcc: <e@evil.test>", address: "a@example.org>, <e@evil.test" }]);
    expect(text).not.toMatch(/[\r\n]/);
    expect(parseAddressList(text).length).toBe(1);
  });
});

describe("same address (AD-02, FR-03)", () => {
  it.each([
    ["alice@example.org", "ALICE@Example.ORG", true],
    ["alice@müller.example", "alice@xn--mller-kva.example", true],
    ["alice@example.org", "alice@example.org.", true],
    ["\"alice\"@example.org", "alice@example.org", true],
    ["alice+tag@example.org", "alice@example.org", false],
    ["a.lice@example.org", "alice@example.org", false],
    ["alice@example.org", "alice@example.com", false],
    ["alice@example.org", "alice@example.org@evil.test", false],
    // KELVIN SIGN lower-cases to k in Unicode, and is another mailbox.
    ["\u212aate@example.org", "kate@example.org", false],
  ])("%s and %s: %s", (a, b, same) => {
    expect(sameAddress(a, b)).toBe(same);
  });
});
