import { describe, expect, it } from "vitest";
import { latin1, utf8 } from "../../../src/base/bytes.ts";
import { parseAddressList } from "../../../src/mime/addresses.ts";
import { selectBody } from "../../../src/mime/body.ts";
import { type ProtectionOptions, buildOuterHeader, buildPayload, buildPlain, wrapPkcs7, wrapSigned } from "../../../src/mime/build.ts";
import { parseDate } from "../../../src/mime/date.ts";
import { decodeBody } from "../../../src/mime/decode.ts";
import { type MimeEntity, allProblems, entityBytes, field, fields } from "../../../src/mime/entity.ts";
import { readHeaderProtection } from "../../../src/mime/header-protection.ts";
import { decodeHeaderText } from "../../../src/mime/header-text.ts";
import { parseEntity, parseMessage } from "../../../src/mime/parse.ts";
import { smimeKind } from "../../../src/mime/smime-part.ts";
import type { Draft } from "../../../src/protocol/draft.ts";
import { draft, randomNumbers } from "./support.ts";

const options: ProtectionOptions = { encrypted: true, policy: "baseline", legacyDisplay: false };
const rich = (): Draft =>
  draft({
    from: { name: "Jörg Müller", address: "joerg@example.org" },
    to: [{ name: "Doe, John", address: "john@example.org" }, { name: null, address: "x@müller.example" }],
    cc: [{ name: "漢字", address: "kanji@example.org" }],
    bcc: [{ name: "Eve", address: "eve@secret.example" }],
    subject: "Grüße: ein sehr langer Betreff, der über mehr als eine Zeile geht 😀",
    text: "From here\n>From there\n.\nümläut \n\nend\n",
    html: "<p>From here</p>\n<img src=\"cid:pic@x\">",
    attachments: [
      { name: "pic.png", type: "image/png", bytes: utf8("picture"), contentId: "pic@x" },
      { name: "Überweisung für März mit einem sehr langen Namen 漢字漢字漢字.pdf", type: "application/pdf", bytes: utf8("%PDF"), contentId: null },
      { name: "a\"b\\c;d.txt", type: "text/plain", bytes: utf8("text"), contentId: null },
      { name: "mail.eml", type: "message/rfc822", bytes: utf8("From: x\r\n\r\ny"), contentId: null },
    ],
    inReplyTo: "0@example.org",
    references: ["a@example.org", "0@example.org"],
  });

function header(entity: MimeEntity, name: string): string | null {
  const found = field(entity, name);
  return found ? decodeHeaderText(found.value) : null;
}

/** What every message of ours must keep to so that webmails and servers carry it unchanged. */
function expectCarriedUnchanged(bytes: Uint8Array): void {
  const text = latin1(bytes);
  expect(text).toMatch(/^[\r\n\t -~]*$/);
  expect(text.replace(/\r\n/g, "")).not.toMatch(/[\r\n]/);
  for (const line of text.split("\r\n")) {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).not.toMatch(/^>?From |[ \t]$/);
  }
  expect(text.trimEnd()).toBe(text);
}

describe("payload", () => {
  it("carries fields, text, HTML and attachments (HS-01)", () => {
    const message = rich();
    const payload = parseEntity(buildPayload(message, options));
    expect(allProblems(payload)).toEqual([]);
    expect(payload.parameters.get("hp")).toBe("cipher");
    expect(header(payload, "Subject")).toBe(message.subject);
    expect(parseAddressList(field(payload, "From")?.value ?? "")).toEqual([message.from]);
    expect(parseAddressList(field(payload, "To")?.value ?? "").map(({ name }) => name)).toEqual(["Doe, John", null]);
    expect(parseAddressList(field(payload, "Cc")?.value ?? "")).toEqual(message.cc);
    expect(parseDate(field(payload, "Date")?.value ?? "")).toBe(message.date);
    expect(header(payload, "Message-ID")).toBe("<1@example.org>");
    expect(header(payload, "In-Reply-To")).toBe("<0@example.org>");
    expect(header(payload, "References")).toBe("<a@example.org> <0@example.org>");
    const body = selectBody(payload);
    expect(body.text).toBe(message.text);
    expect(body.html).toContain("<p>From here</p>\r\n<img src=\"cid:pic@x\">");
    expect(body.html).toMatch(/^<!DOCTYPE html>[^]*<\/html>$/);
    expect(body.attachments.map(({ name, type, inline, entity }) => [name, type, inline, latin1(decodeBody(entity))])).toEqual([
      ["pic.png", "image/png", true, "picture"],
      ["Überweisung für März mit einem sehr langen Namen 漢字漢字漢字.pdf", "application/pdf", false, "%PDF"],
      ["c;d.txt", "text/plain", false, "text"],
      ["mail.eml", "application/octet-stream", false, "From: x\r\n\r\ny"],
    ]);
  });

  it("has the usual structure", () => {
    const shape = (entity: MimeEntity): string => (entity.children.length > 0 ? `${entity.type}(${entity.children.map(shape).join(" ")})` : entity.type);
    const of = (changes: Partial<Draft>): string => shape(parseEntity(buildPayload(draft(changes), options)));
    const [picture, file] = rich().attachments as [Draft["attachments"][0], Draft["attachments"][0]];
    expect(of({})).toBe("text/plain");
    expect(of({ html: "x" })).toBe("multipart/alternative(text/plain text/html)");
    expect(of({ html: "x", attachments: [picture, file] })).toBe(
      "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) application/pdf)",
    );
    expect(of({ attachments: [picture] })).toBe("multipart/mixed(text/plain image/png)");
  });

  it("HS-02, HS-03: records the outer fields in HP-Outer, the subject hidden", () => {
    const message = rich();
    const payload = parseEntity(buildPayload(message, options));
    const outer = parseMessage(utf8(`${buildOuterHeader(message, options)}\r\n`));
    const written = outer.headers.filter(({ name }) => name !== "MIME-Version").map(({ name, value }) => `${name}: ${value}`);
    expect(fields(payload, "HP-Outer").map(({ value }) => value)).toEqual(written);
    expect(header(outer, "Subject")).toBe("[...]");
    expect(header(outer, "MIME-Version")).toBe("1.0");
    const read = readHeaderProtection(payload, outer, { encrypted: true, signed: true });
    expect(read.fields).toEqual({
      from: "signed", to: "signed", cc: "signed", subject: "both", date: "signed", "message-id": "signed", "in-reply-to": "signed", references: "signed",
    });
    expect(read.fromMismatch).toBe(false);
  });

  it("HS-04, HS-05: the shy policy hides names and the time zone and keeps addresses", () => {
    const shy = { ...options, policy: "shy" as const };
    const message = { ...rich(), date: "2026-01-02T03:04:05+05:00" };
    const outer = parseMessage(utf8(`${buildOuterHeader(message, shy)}\r\n`));
    expect(header(outer, "From")).toBe("joerg@example.org");
    expect(header(outer, "To")).toBe("john@example.org, x@xn--mller-kva.example");
    expect(header(outer, "Date")).toBe("Thu, 1 Jan 2026 22:04:05 +0000");
    const payload = parseEntity(buildPayload(message, shy));
    expect(header(payload, "Date")).toBe("Fri, 2 Jan 2026 03:04:05 +0500");
    expect(readHeaderProtection(payload, outer, { encrypted: true, signed: true }).fields).toMatchObject({ from: "both", to: "both", subject: "both", date: "both", "message-id": "signed" });
  });

  it("HS-01: a signed message has hp=clear, no HP-Outer and its subject outside", () => {
    const clear = { encrypted: false, policy: "baseline" as const, legacyDisplay: true };
    const payload = parseEntity(buildPayload(rich(), clear));
    expect(payload.parameters.get("hp")).toBe("clear");
    expect(fields(payload, "HP-Outer")).toEqual([]);
    expect(latin1(entityBytes(payload))).not.toMatch(/legacy-display/);
    expect(buildOuterHeader(draft(), clear)).toContain("Subject: Lunch\r\n");
  });

  it("HS-06: Legacy Display Elements stand in the main parts alone, and are hidden again", () => {
    const message = { ...rich(), subject: "A & <b>" };
    const payload = parseEntity(buildPayload(message, { ...options, legacyDisplay: true }));
    const legacy = (entity: MimeEntity): string[] => [...(entity.parameters.has("hp-legacy-display") ? [entity.type] : []), ...entity.children.flatMap(legacy)];
    expect(legacy(payload)).toEqual(["text/plain", "text/html"]);
    expect(selectBody(payload).text).toMatch(/^Subject: A & <b>\n\nFrom here/);
    expect(selectBody(payload).html).toContain("<body><div class=\"header-protection-legacy-display\"><pre>Subject: A &amp; &lt;b&gt;</pre></div>");
    const shown = selectBody(payload, { stripLegacyDisplay: true });
    expect(shown.text).toBe(message.text);
    expect(shown.html).not.toMatch(/legacy-display/);
    const single = parseEntity(buildPayload(draft({ subject: "S" }), { ...options, legacyDisplay: true }));
    expect([single.parameters.get("hp"), single.parameters.get("hp-legacy-display")]).toEqual(["cipher", "1"]);
    // Where nothing is hidden there is nothing to be shown in its place.
    expect(latin1(buildPayload(message, { ...options, encrypted: false, legacyDisplay: true }))).not.toMatch(/legacy-display/);
  });

  it("HS-08, CO-08: names no Bcc anywhere", () => {
    for (const encrypted of [true, false]) {
      const all = latin1(buildPayload(rich(), { ...options, encrypted })) + buildOuterHeader(rich(), { ...options, encrypted }) + latin1(buildPlain(rich()));
      // Boundaries are random letters, in which "bcc" may well stand: the field and the address are what must not.
      expect(all).not.toMatch(/^bcc:|eve@secret/im);
    }
    expect(buildOuterHeader(draft({ to: [] }), options)).toContain("To: undisclosed-recipients:;\r\n");
  });

  it("can leave header protection out; then the subject stays outside", () => {
    const bare = { ...options, headerProtection: false };
    const payload = parseEntity(buildPayload(rich(), bare));
    expect(payload.headers.map(({ name }) => name)).toEqual(["Content-Type"]);
    expect(payload.parameters.has("hp")).toBe(false);
    expect(buildOuterHeader(draft(), bare)).toContain("Subject: Lunch\r\n");
  });

  it("cannot be made to carry a field of somebody else's", () => {
    const evil = "x\r\nBcc: eve@evil.test\r\n\r\nbody";
    const message = draft({
      from: { name: evil, address: `a@example.org${evil}` }, to: [{ name: evil, address: `b${evil}@example.org` }], subject: evil,
      messageId: evil, inReplyTo: evil, references: [evil], attachments: [{ name: evil, type: evil, bytes: utf8("x"), contentId: evil }],
    });
    for (const bytes of [buildPayload(message, options), utf8(`${buildOuterHeader(message, options)}\r\n`), buildPlain(message)]) {
      const entity = parseEntity(bytes);
      expect(field(entity, "Bcc")).toBeNull();
      expect(latin1(entityBytes(entity).subarray(entity.bodyStart - entity.start))).not.toMatch(/^body/);
    }
  });
});

describe("whole messages", () => {
  const outer = buildOuterHeader(rich(), { encrypted: false, policy: "baseline" });

  it("CO-10, CO-11: multipart/signed holds exactly the octets that were signed", () => {
    const payload = buildPayload(rich(), { ...options, encrypted: false });
    const message = wrapSigned(payload, new Uint8Array(3000).fill(7), "sha-256", outer);
    expectCarriedUnchanged(message);
    const parsed = parseMessage(message);
    expect(smimeKind(parsed)).toBe("multipart-signed");
    expect(latin1(parsed.source.subarray(parsed.headers.at(-1)?.raw.byteOffset ?? 0))).toMatch(/^Content-Type: multipart\/signed; protocol="application\/pkcs7-signature";\r\n micalg="sha-256"; boundary="[^"]+"\r\n\r\n--/);
    const [signed, signature] = parsed.children as [MimeEntity, MimeEntity];
    expect(latin1(entityBytes(signed))).toBe(latin1(payload));
    expect(decodeBody(signature)).toEqual(new Uint8Array(3000).fill(7));
    expect([signature.type, signature.disposition?.filename]).toEqual(["application/pkcs7-signature", "smime.p7s"]);
  });

  it("puts a CMS object into application/pkcs7-mime that ends at its last base64 line", () => {
    const message = wrapPkcs7(new Uint8Array(100).fill(9), "enveloped-data", buildOuterHeader(rich(), options));
    expectCarriedUnchanged(message);
    const parsed = parseMessage(message);
    expect([smimeKind(parsed), parsed.parameters.get("smime-type"), parsed.parameters.get("name")]).toEqual(["pkcs7-mime", "enveloped-data", "smime.p7m"]);
    expect(decodeBody(parsed)).toEqual(new Uint8Array(100).fill(9));
    expect(field(parseEntity(wrapPkcs7(new Uint8Array(1), "signed-data")), "From")).toBeNull();
  });

  it("writes unprotected messages", () => {
    for (const message of [rich(), draft(), draft({ text: "" }), draft({ text: "ends in blanks \n\n " })]) {
      const bytes = buildPlain(message);
      expectCarriedUnchanged(bytes);
      const parsed = parseMessage(bytes);
      expect(header(parsed, "Subject")).toBe(message.subject);
      expect(selectBody(parsed).text?.trimEnd()).toBe(message.text.trimEnd());
      expect(latin1(bytes)).not.toMatch(/hp=|HP-Outer/);
    }
  });

  it("reads back whatever was written", () => {
    const random = randomNumbers(3);
    const pieces = ["a", " ", "\n", "From x", ">From y", ".", "--", "--=_", "=", "ä", "漢", "😀", "\t", "<b>", "&", "x".repeat(90), "\"", "\\", ";", "%41", "'"];
    const words = (length: number): string => Array.from({ length: random(length) }, () => pieces[random(pieces.length)]).join("");
    const oneLine = (text: string): string => text.replace(/[\t\n]+/g, " ");
    for (let round = 0; round < 150; round++) {
      const file = utf8(words(200));
      const message = draft({ subject: words(20), text: words(200), html: words(50), attachments: [{ name: `${words(8)}x.bin`, type: "application/x-y", bytes: file, contentId: null }] });
      const payload = buildPayload(message, { ...options, encrypted: round % 2 === 0, legacyDisplay: round % 4 === 0 });
      const signed = wrapSigned(payload, file, "sha-256", buildOuterHeader(message, { ...options, encrypted: false }));
      expectCarriedUnchanged(signed);
      const parsed = parseMessage(signed);
      expect(allProblems(parsed)).toEqual([]);
      const entity = parsed.children[0] as MimeEntity;
      expect(header(entity, "Subject")).toBe(oneLine(message.subject));
      const body = selectBody(entity, { stripLegacyDisplay: true });
      expect(body.text).toBe(message.text);
      expect(body.html?.replace(/\r\n/g, "\n")).toContain(message.html);
      expect(body.attachments.map(({ name, entity: part }) => [name, latin1(decodeBody(part))])).toEqual([
        [(`${message.attachments[0]?.name ?? ""}`.split(/[/\\]/).at(-1) ?? "").replace(/[\t\n]/g, "").trim(), latin1(file)],
      ]);
    }
  });

  it("writes and reads 25 MB without being slow", () => {
    const bytes = new Uint8Array(25 * 1024 * 1024).fill(0xa5);
    const begun = performance.now();
    const payload = buildPayload(draft({ attachments: [{ name: "big.bin", type: "application/zip", bytes, contentId: null }] }), { ...options, encrypted: false });
    const message = parseMessage(wrapSigned(payload, bytes.subarray(0, 2000), "sha-256", outer));
    const [part] = selectBody(message.children[0] as MimeEntity).attachments;
    expect(part && decodeBody(part.entity).length).toBe(bytes.length);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
