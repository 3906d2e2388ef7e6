import { describe, expect, it } from "vitest";
import { fromUtf8, latin1 } from "../../../src/base/bytes.ts";
import { parseAddressList } from "../../../src/mime/addresses.ts";
import { selectBody } from "../../../src/mime/body.ts";
import { parseDate } from "../../../src/mime/date.ts";
import { type MimeEntity, field, fields } from "../../../src/mime/entity.ts";
import { decodeHeaderText } from "../../../src/mime/header-text.ts";
import { parseMessage } from "../../../src/mime/parse.ts";
import { corpusFile, corpusFiles, hasCorpora } from "./support.ts";

interface Named { name: string | null; address: string | null }
interface AddressCase { header: string; expected: { List?: Named[]; Group?: { addresses: Named[] }[] } }
interface DateCase {
  header: string;
  expected: { year: number; month: number; day: number; hour: number; minute: number; second: number; tz_before_gmt: boolean; tz_hour: number; tz_minute: number } | null;
}
interface ParsedMail { text_body: number[]; html_body: number[]; parts: { headers: { name: string; value: { Text?: string } }[]; body: { Text?: string; Html?: string } }[] }

const json = <T>(path: string): T => JSON.parse(fromUtf8(corpusFile(path))) as T;
const unfolded = (header: string): string => header.replace(/\r?\n(?=[ \t])/g, "").trim();
const fromOf = (path: string): string[] => fields(parseMessage(corpusFile(path)), "From").flatMap(({ value }) => parseAddressList(value).map(({ address }) => address));

describe.skipIf(!hasCorpora)("another parser's opinion", () => {
  it("agrees on addresses", () => {
    // Left out: comments, which that parser takes for names; source routes; fields of several lines that are not folded.
    const cases = json<AddressCase[]>("mime-stalwart/address.json").filter(({ header }) => !/\(|<@|\n[^ \t]/.test(header) && !header.includes("jdoe@test  ."));
    expect(cases.length).toBeGreaterThan(40);
    for (const { header, expected } of cases) {
      const list = expected.List ?? (expected.Group ?? []).flatMap(({ addresses }) => addresses);
      const wanted = list.filter(({ address }) => address).map(({ name, address }) => ({ name: name?.trim() ?? null, address }));
      expect(parseAddressList(unfolded(header)), header).toEqual(wanted);
    }
  });

  it("agrees on dates", () => {
    // Left out: months by number, and a date at the end of a Received field.
    const cases = json<DateCase[]>("mime-stalwart/date.json").filter(({ header }) => !/^\s*\d+\s+\d+|^by /.test(header));
    expect(cases.length).toBeGreaterThan(30);
    for (const { header, expected: at } of cases) {
      if (!at || at.day === 0) continue;
      const offset = (at.tz_before_gmt ? -1 : 1) * (at.tz_hour * 60 + at.tz_minute);
      expect(parseDate(unfolded(header)), header).toBe(new Date(Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute - offset, at.second)).toISOString());
    }
  });

  it("agrees on subject, text and HTML", () => {
    const tidy = (text: string | undefined): string | undefined => text?.replace(/\r\n/g, "\n").trim();
    for (const path of corpusFiles("mime-stalwart").filter((each) => each.endsWith(".eml"))) {
      const wanted = json<ParsedMail>(path.replace(/eml$/, "json"));
      const message = parseMessage(corpusFile(path));
      const body = selectBody(message);
      const subject = wanted.parts[0]?.headers.find(({ name }) => name === "subject")?.value.Text;
      if (subject !== undefined) expect(decodeHeaderText(field(message, "Subject")?.value ?? ""), path).toBe(subject);
      const texts = wanted.text_body.map((part) => tidy(wanted.parts[part]?.body.Text)).filter((text) => text);
      const html = wanted.parts[wanted.html_body[0] ?? -1]?.body.Html;
      // That parser lists all texts, some of them HTML turned into text; ours is one of those that are text.
      if (body.text?.trim() && texts.length > 0) expect(texts, path).toContain(tidy(body.text));
      if (html !== undefined) expect(tidy(body.html), path).toBe(tidy(html));
    }
  });
});

describe.skipIf(!hasCorpora)("UI-06: authors of spoofed messages", () => {
  it.each<[string, string[]]>([
    ["i2-from-is-nonexistent-smime", []],
    ["i2-from-is-only-a-name-smime", []],
    ["i2-from-is-sender-signer-a-smime", ["eve@bigcorporation.de"]],
    ["i2-from-is-signer-sender-b-smime", ["manager@bigcorporation.de"]],
    ["i3-from1-sender-from2-signer-smime", ["manager@bigcorporation.de", "eve@bigcorporation.de"]],
    ["valid-manager-smime", ["manager@bigcorporation.de"]],
  ])("%s", (name, expected) => {
    expect(fromOf(`smime-attacks/${name}.eml`)).toEqual(expected);
  });

  it.each(["m1", "m3"])("%s: a signed part within an unsigned message is an attachment, not text", (name) => {
    const body = selectBody(parseMessage(corpusFile(`smime-attacks/${name}-smime.eml`)));
    expect(body.attachments.map(({ smime }) => smime)).toEqual(["multipart-signed"]);
    expect(`${body.text ?? ""}${body.html ?? ""}`).not.toBe("");
  });
});

describe.skipIf(!hasCorpora)("bodies of odd messages", () => {
  it.each<[string, string | RegExp, string | RegExp, number]>([
    ["mime-thunderbird/mailnews/10-plaintext+(HTML+embedded-image)+attachment.eml", /Search for hihi/, /cid:/, 2],
    ["mime-thunderbird/mailnews/11-plaintext-greek.eml", /Καλησπέρα/, "", 0],
    ["mime-thunderbird/mailnews/iso-2022-jp-not-qp.eml", /現況/, "", 0],
    ["mime-thunderbird/mailnews/bare-text-type.eml", /waldo/, "", 0],
    ["mime-thunderbird/jsmime/shift-jis-image", /ポータブル/, "", 1],
    ["mime-ruby-mail/emails/mime_emails/email_with_similar_boundaries.eml", /^Test/, /</, 1],
    ["mime-ruby-mail/emails/multi_charset/ks_c_5601-1987.eml", /^스티해/, "", 0],
    ["mimekit/messages/feedback-report.txt", /abuse report/, "", 2],
    ["mime-python/msg_35.txt", /no separator|separati/, "", 0],
  ])("%s", (path, text, html, attachments) => {
    const body = selectBody(parseMessage(corpusFile(path)));
    expect(body.text ?? "").toMatch(text);
    expect(body.html ?? "").toMatch(html);
    expect(body.attachments.length).toBe(attachments);
  });

  it("keeps a published message's signed octets to the octet", () => {
    const message = parseMessage(corpusFile("rfc9788/smime-multipart-hp.eml"));
    const [signed] = message.children as [MimeEntity];
    const source = latin1(message.source);
    expect(source.slice(signed.start, signed.end)).toMatch(/^MIME-Version: 1\.0\r\n[^]*alice@smime\.example\r\n$/);
    expect(source.slice(signed.end)).toMatch(/^\r\n--54f\r\n/);
  });
});
