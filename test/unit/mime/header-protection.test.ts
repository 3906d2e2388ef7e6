import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../src/mime/decode.ts";
import { parseAddressList } from "../../../src/mime/addresses.ts";
import { selectBody } from "../../../src/mime/body.ts";
import type { MimeEntity } from "../../../src/mime/entity.ts";
import { type HeaderProtection, readHeaderProtection } from "../../../src/mime/header-protection.ts";
import { parseEntity, parseMessage } from "../../../src/mime/parse.ts";
import { corpusFile, hasCorpora, parse } from "./support.ts";

const outer = parse("From: Alice <alice@example.org>", "To: bob@example.org", "Subject: [...]", "Received: from x", "Content-Type: application/pkcs7-mime", "", "x");
const inner = (hp: string, ...more: string[]): MimeEntity =>
  parse("From: Alice <alice@example.org>", "To: bob@example.org", "Subject: Secret", ...more, `Content-Type: text/plain${hp}`, "", "body");
const record = ["HP-Outer: From: Alice <alice@example.org>", "HP-Outer: To:", " bob@example.org", "HP-Outer: Subject: [...]"];
const both = { encrypted: true, signed: true };
const value = (protection: HeaderProtection, name: string): string | undefined => protection.headers.find((each) => each.name === name)?.value;

describe("RFC 9788", () => {
  it("HP-01, HP-02: shows the protected fields and nothing from outside", () => {
    const protection = readHeaderProtection(inner("; hp=\"cipher\"", ...record), outer, both);
    expect(protection.mode).toBe("rfc9788");
    expect(protection.headers.map(({ name }) => name)).toEqual(["From", "To", "Subject"]);
    expect(value(protection, "Subject")).toBe("Secret");
    expect(protection.fields).toEqual({ from: "signed", to: "signed", subject: "both" });
  });

  it("HP-03: computes states from the payload alone, whatever stands outside", () => {
    const tampered = parse("From: mallory@evil.test", "Subject: Secret", "To: mallory@evil.test", "HP-Outer: Subject: Secret", "Content-Type: x/y", "", "x");
    const protection = readHeaderProtection(inner("; hp=\"cipher\"", ...record), tampered, both);
    expect(protection.fields).toEqual({ from: "signed", to: "signed", subject: "both" });
    expect(protection.fromMismatch).toBe(true);
    expect(protection.outerFrom).toBe("mallory@evil.test");
  });

  it.each<[string, { encrypted: boolean; signed: boolean }, Record<string, string>]>([
    ["cipher", both, { from: "signed", subject: "both" }],
    ["cipher", { encrypted: true, signed: false }, { from: "unprotected", subject: "encrypted" }],
    // HP-04: the encryption was added on the way.
    ["clear", both, { from: "signed", subject: "signed" }],
    ["clear", { encrypted: true, signed: false }, { from: "unprotected", subject: "unprotected" }],
    // HP-01: `cipher` is no proof of encryption.
    ["cipher", { encrypted: false, signed: true }, { from: "signed", subject: "signed" }],
  ])("hp=%s, %j", (hp, facts, expected) => {
    expect(readHeaderProtection(inner(`; hp="${hp}"`, ...record), outer, facts).fields).toMatchObject(expected);
  });

  it("HP-04: an encryption that the author did not speak of was added on the way, and makes nothing confidential", () => {
    for (const hp of ["; hp=\"clear\"", ""]) {
      for (const state of Object.values(readHeaderProtection(inner(hp, ...record), outer, both).fields)) expect(["signed", "unprotected"]).toContain(state);
    }
  });

  it("HP-03: everything is confidential that no HP-Outer records", () => {
    expect(readHeaderProtection(inner("; hp=\"cipher\""), outer, both).fields).toEqual({ from: "both", to: "both", subject: "both" });
  });

  it("takes the weakest state of a repeated field", () => {
    const protection = readHeaderProtection(inner("; hp=\"cipher\"", ...record, "X-A: 1", "X-A: 2", "HP-Outer: X-A: 2"), outer, both);
    expect(protection.fields["x-a"]).toBe("signed");
  });

  it("HP-01: ignores hp without a layer, with another value, and outside", () => {
    const marked = parse("From: a@example.org", "Subject: x", "Content-Type: text/plain; hp=\"clear\"", "", "");
    expect(readHeaderProtection(marked, marked, { encrypted: false, signed: false }).mode).toBe("none");
    expect(readHeaderProtection(inner("; hp=\"yes\""), outer, both).mode).toBe("none");
    expect(readHeaderProtection(inner(""), parse("Content-Type: application/pkcs7-mime; hp=cipher", "", ""), both).mode).toBe("none");
  });

  it("leaves every delivered field unprotected where there is no header protection", () => {
    const protection = readHeaderProtection(inner(""), outer, both);
    expect(protection.fields).toEqual({ from: "unprotected", to: "unprotected", subject: "unprotected", received: "unprotected" });
    expect(value(protection, "Subject")).toBe("[...]");
    expect(protection.fromMismatch).toBe(false);
  });
});

describe("FR-01, FR-03: From inside and outside", () => {
  const mismatch = (from: string[], outside: string[]): boolean =>
    readHeaderProtection(parse(...from, "Content-Type: text/plain; hp=clear", "", ""), parse(...outside, "X: y", "", ""), { encrypted: false, signed: true }).fromMismatch;

  it.each<[string[], string[], boolean]>([
    [["From: A <a@müller.example>".replace("ü", "\u00c3\u00bc")], ["From: a@XN--MLLER-KVA.example"], false],
    [["From: a@example.org"], ["From: A@EXAMPLE.ORG"], false],
    [["From: a@example.org"], ["From: b@example.org"], true],
    [["From: a@example.org"], [], true],
    [[], ["From: a@example.org"], true],
    [["From: a@example.org"], ["From: a@example.org", "From: b@example.org"], true],
    [["From: a@example.org, b@example.org"], ["From: a@example.org"], true],
  ])("%j and %j: %s", (from, outside, expected) => {
    expect(mismatch(from, outside)).toBe(expected);
  });
});

describe("HP-07: the message/rfc822 wrapping", () => {
  const wrapped = (head: string, ...lines: string[]): MimeEntity => parse(`Content-Type: message/rfc822${head}`, "", ...lines);
  const message = ["From: Alice <alice@example.org>", "Subject: Secret", "", "body"];

  it("is read when all structural tests hold", () => {
    const protection = readHeaderProtection(wrapped("", ...message), outer, both);
    expect(protection.mode).toBe("rfc8551-wrapped");
    expect(protection.fields).toEqual({ from: "signed", subject: "both" });
    expect(selectBody(protection.body).text).toBe("body");
  });

  it.each([
    ["hp on the payload", wrapped("; hp=x", ...message)],
    ["hp on the message", wrapped("", "From: a@example.org", "Content-Type: text/plain; hp=clear", "", "x")],
    ["a protected message inside", wrapped("", "From: a@example.org", "Content-Type: application/pkcs7-mime", "", "x")],
    ["no message inside", wrapped("", "x")],
  ])("is not read with %s", (_name, payload) => {
    expect(readHeaderProtection(payload, outer, both).mode).toBe("none");
  });

  it("is not read without a layer", () => {
    expect(readHeaderProtection(wrapped("", ...message), outer, { encrypted: false, signed: false }).mode).toBe("none");
  });
});

describe.skipIf(!hasCorpora)("published messages", () => {
  const read = (outerFile: string, innerFile: string): HeaderProtection =>
    readHeaderProtection(parseEntity(corpusFile(innerFile)), parseMessage(corpusFile(outerFile)), both);

  it.each([
    ["baseline", { subject: "both", from: "signed", to: "signed", date: "signed", "message-id": "signed" }],
    ["baseline-legacy", { subject: "both", from: "signed", "user-agent": "signed" }],
    ["baseline-reply", { subject: "both", from: "signed", references: "signed" }],
    ["shy-reply", { subject: "both", from: "both", to: "both", date: "both", "in-reply-to": "signed" }],
  ])("RFC 9788 signed and encrypted, %s", (name, expected) => {
    const file = `rfc9788/smime-signed-enc-hp-${name}`;
    const protection = read(`${file}.eml`, `${file}.inner.eml`);
    expect(protection.mode).toBe("rfc9788");
    expect(protection.fields).toMatchObject(expected);
    expect(protection.fields).not.toHaveProperty("hp-outer");
    expect(value(protection, "Subject")).toBe(`smime-signed-enc-hp-${name}`);
    expect(protection.fromMismatch).toBe(false);
    const text = selectBody(protection.body, { stripLegacyDisplay: true }).text ?? "";
    expect(text).toMatch(/^This is the\nsmime-signed-enc-hp-/);
  });

  it("RFC 9788 signed only", () => {
    const message = parseMessage(corpusFile("rfc9788/smime-multipart-hp.eml"));
    const [payload] = message.children;
    expect(payload).toBeDefined();
    const protection = readHeaderProtection(payload as MimeEntity, message, { encrypted: false, signed: true });
    expect(protection.mode).toBe("rfc9788");
    expect(new Set(Object.values(protection.fields))).toEqual(new Set(["signed"]));
  });

  it("RFC 8551 wrapping, signed only", () => {
    const message = parseMessage(corpusFile("rfc9788/smime-multipart-complex-rfc8551hp.eml"));
    const protection = readHeaderProtection(message.children[0] as MimeEntity, message, { encrypted: false, signed: true });
    expect(protection.mode).toBe("rfc8551-wrapped");
    expect(protection.fields).toMatchObject({ subject: "signed", from: "signed" });
    const body = selectBody(protection.body);
    expect(body.text).toMatch(/^This is the/);
    expect(body.html).toMatch(/<b>smime-multipart-complex-rfc8551hp<\/b>/);
    expect(body.attachments.map(({ type }) => type)).toEqual(["image/png"]);
    expect(decodeBody((body.attachments[0] as { entity: MimeEntity }).entity).subarray(1, 4)).toEqual(new Uint8Array([0x50, 0x4e, 0x47]));
  });

  it("the older draft, with its display part left out", () => {
    const protection = read("protected-headers-draft/smime-sign+enc+legacy-disp.eml", "protected-headers-draft/smime-sign+enc+legacy-disp.inner.inner");
    expect(protection.mode).toBe("protected-headers-draft");
    expect(value(protection, "Subject")).toBe("BarCorp contract signed, let's go!");
    expect(protection.fields).toMatchObject({ subject: "both", from: "signed" });
    expect(selectBody(protection.body).text).toMatch(/^Hi Bob!/);
    expect(parseAddressList(value(protection, "From") ?? "")).toEqual([{ name: "Alice Lovelace", address: "alice@smime.example" }]);
  });
});
