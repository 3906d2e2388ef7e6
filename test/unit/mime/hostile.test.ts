import { describe, expect, it } from "vitest";
import { type Bytes, fromLatin1, latin1, utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { parseAddressList } from "../../../src/mime/addresses.ts";
import { selectBody } from "../../../src/mime/body.ts";
import { buildOuterHeader, buildPayload, wrapSigned } from "../../../src/mime/build.ts";
import { parseDate } from "../../../src/mime/date.ts";
import { decodeBody } from "../../../src/mime/decode.ts";
import { type MimeEntity, allProblems, bodyBytes, entityBytes } from "../../../src/mime/entity.ts";
import { readHeaderProtection } from "../../../src/mime/header-protection.ts";
import { decodeHeaderText } from "../../../src/mime/header-text.ts";
import { parseMessage } from "../../../src/mime/parse.ts";
import { corpora, corpusFile, corpusFiles, draft, hasCorpora, randomNumbers } from "./support.ts";

/** Does everything a reader does; throws what the room throws. */
function readAll(bytes: Bytes): void {
  const message = parseMessage(bytes);
  checkRanges(message);
  for (const { value } of message.headers) {
    decodeHeaderText(value);
    parseAddressList(value);
    parseDate(value);
  }
  for (const payload of [message, ...message.children]) {
    const protection = readHeaderProtection(payload, message, { encrypted: true, signed: true });
    for (const { entity } of selectBody(protection.body, { stripLegacyDisplay: true }).attachments) decodeBody(entity);
  }
  allProblems(message);
}

/** Parts lie in their order within their parent's body, so no octet is in two parts. */
function checkRanges(entity: MimeEntity): void {
  let at = entity.bodyStart;
  if (entity.start > entity.headerEnd || entity.headerEnd > entity.bodyStart || entity.bodyStart > entity.end) throw new Error("range");
  for (const child of entity.children) {
    if (child.start < at || child.end > entity.end || child.end < child.start) throw new Error("range of a part");
    at = child.end;
    checkRanges(child);
  }
  if (entityBytes(entity).length < bodyBytes(entity).length) throw new Error("body");
}

/** The code thrown, or null. Anything that is not ours is thrown on. */
function outcome(bytes: Bytes): string | null {
  try {
    readAll(bytes);
    return null;
  } catch (error) {
    if (error instanceof SmimeError) return error.code;
    throw error;
  }
}

const allowed = [null, "mime.not-mail", "limits.header-size", "limits.message-size"];

function mutated(bytes: Bytes, random: (bound: number) => number): Bytes {
  const pieces = ["\r\n", "\n", "\0", "--", "\"", ";", "(", "<", "=?utf-8?q?", "?=", ": ", "\r\n\r\n", "boundary=", "Content-Type: multipart/mixed; boundary=x\r\n", "\u00ff"];
  let text = latin1(bytes);
  for (let changes = 1 + random(5); changes > 0; changes--) {
    const at = random(text.length + 1);
    const length = random(4) === 0 ? random(200) : random(3);
    const put = random(3) === 0 ? text.slice(random(text.length), random(text.length)) : (pieces[random(pieces.length)] as string);
    text = text.slice(0, at) + put + text.slice(at + length);
  }
  return fromLatin1(random(10) === 0 ? text.slice(0, random(text.length)) : text);
}

function sample(): Bytes {
  const message = draft({
    subject: "Grüße", html: "<p>x</p>", text: "text\n".repeat(20),
    attachments: [{ name: "ä.pdf", type: "application/pdf", bytes: utf8("x".repeat(300)), contentId: null }],
  });
  const options = { encrypted: true, policy: "baseline" as const, legacyDisplay: true };
  return wrapSigned(buildPayload(message, options), utf8("signature"), "sha-256", buildOuterHeader(message, options));
}

describe("hostile input", () => {
  it("throws nothing but its own errors at altered messages, and no part overlaps another", () => {
    const random = randomNumbers(4);
    const bytes = sample();
    for (let round = 0; round < 600; round++) expect(allowed).toContain(outcome(mutated(bytes, random)));
  });

  it("throws nothing but its own errors at noise", () => {
    const random = randomNumbers(5);
    const characters = "\r\n\r\n \t:;=\"()<>@,-?_aA0\0\u00ff\\[]%*'";
    for (let round = 0; round < 300; round++) {
      const noise = Array.from({ length: random(400) }, () => characters[random(characters.length)]).join("");
      expect(allowed).toContain(outcome(fromLatin1(`Content-Type: multipart/mixed; boundary=-\r\nX: ${noise}`)));
      expect(allowed).toContain(outcome(fromLatin1(`Content-Type: ${noise.replace(/[\r\n]/g, "")}\r\n\r\n${noise}`)));
    }
  });

  it.each<[string, string]>([
    ["many boundaries of nested multiparts", `${Array.from({ length: 60 }, (_, i) => `Content-Type: multipart/mixed; boundary=${i}\r\n\r\n--${i}\r\n`).join("")}${"--\r\n".repeat(200_000)}`],
    ["a long run of blanks", `Subject: ${" ".repeat(1_000_000)}x${" ".repeat(500_000)}\r\n\r\n`],
    ["a boundary of blanks", `Content-Type: multipart/mixed; boundary="${" ".repeat(1_000_000)}x"\r\n\r\n`],
    ["many parameters", `Content-Type: text/plain${"; a*0*=x".repeat(100_000)}\r\n\r\n`],
    ["many comments", `Content-Type: text/plain${" (".repeat(300_000)}\r\n\r\n`],
    ["many encoded words", `Subject: ${"=?utf-8?q?a?= ".repeat(80_000)}\r\n\r\n`],
    ["half encoded words", `Subject: ${"=?a?q?".repeat(200_000)}\r\n\r\n`],
    ["many folded lines", `Subject: x${"\r\n x".repeat(300_000)}\r\n\r\n`],
    ["many equals signs", `Content-Transfer-Encoding: quoted-printable\r\n\r\n${"=".repeat(2_000_000)}`],
    ["trailing blanks of quoted-printable", `Content-Transfer-Encoding: quoted-printable\r\n\r\n${" \n".repeat(500_000)}${" ".repeat(1_000_000)}`],
    ["many dots between the words of From", `From: ${". ".repeat(250_000)}\r\n\r\n`],
    ["an HTML of open tags", `Content-Type: text/html; hp-legacy-display=1\r\n\r\n${"<div><a '".repeat(200_000)}`],
    ["many cid addresses", `Content-Type: text/html\r\n\r\n${"cid:%zz ".repeat(200_000)}`],
    ["blanks before a text", `Content-Type: text/plain; hp-legacy-display=1\r\n\r\n${" \t".repeat(500_000)}`],
  ])("is not kept busy by %s", (_name, text) => {
    const begun = performance.now();
    expect(allowed).toContain(outcome(fromLatin1(text)));
    expect(performance.now() - begun).toBeLessThan(4000);
  });
});

describe.skipIf(!hasCorpora)(`other people's messages in ${corpora}`, () => {
  it.each(["mime-python", "mime-postal", "mime-ruby-mail", "mime-stalwart", "mime-thunderbird", "mimekit", "smime-attacks", "protected-headers-draft", "rfc9788", "rfc4134"])(
    "%s: reads every one, and as it is altered",
    (folder) => {
      const random = randomNumbers(6);
      const files = corpusFiles(folder).filter((path) => !/README|LICENSE|\.(json|pem|p12|pfx|crt|cer|key|der)$/i.test(path));
      expect(files.length).toBeGreaterThan(0);
      for (const path of files) {
        const bytes = corpusFile(path);
        expect(allowed).toContain(outcome(bytes));
        if (bytes.length < 50_000) for (let round = 0; round < 3; round++) expect(allowed).toContain(outcome(mutated(bytes, random)));
      }
    },
  );
});
