import { describe, expect, it } from "vitest";
import { fromLatin1, latin1 } from "../../../src/base/bytes.ts";
import { allProblems, entityBytes, field, fields } from "../../../src/mime/entity.ts";
import { mimeLimits } from "../../../src/mime/limits.ts";
import { parseEntity, parseMessage } from "../../../src/mime/parse.ts";
import { codeThrown, mail, parse, textOf } from "./support.ts";

const two = (boundary: string, first: string, second: string): string[] => [
  "From: a@example.org", `Content-Type: multipart/mixed; boundary="${boundary}"`, "",
  `--${boundary}`, "", first, `--${boundary}`, "", second, `--${boundary}--`, "",
];

describe("header", () => {
  it("unfolds fields and keeps their octets", () => {
    const message = parse("Subject: one", "\ttwo  three ", "X-Other : x", "", "body");
    expect(field(message, "subject")?.value).toBe("one\ttwo  three");
    expect(latin1(field(message, "Subject")?.raw ?? new Uint8Array())).toBe("Subject: one\r\n\ttwo  three \r\n");
    expect(field(message, "x-other")?.value).toBe("x");
    expect(latin1(message.source.subarray(message.bodyStart, message.end))).toBe("body");
  });

  it("reads LF as well as CRLF", () => {
    const message = parseMessage(fromLatin1("A: 1\nB: 2\n 3\n\nbody\n"));
    expect(message.headers.map(({ name, value }) => [name, value])).toEqual([["A", "1"], ["B", "2 3"]]);
    expect(latin1(message.source.subarray(message.bodyStart))).toBe("body\n");
  });

  it("reads UTF-8 and, where that is invalid, single octets", () => {
    expect(field(parse("Subject: \u00c3\u00a4", ""), "Subject")?.value).toBe("ä");
    expect(field(parse("Subject: \u00e4", ""), "Subject")?.value).toBe("ä");
  });

  it("skips a leading mbox line and a byte order mark", () => {
    expect(field(parse("From alice@example.org Mon Jan  1 00:00:00 2026", "Subject: x", ""), "Subject")?.value).toBe("x");
    expect(field(parse("\u00ef\u00bb\u00bfSubject: x", ""), "Subject")?.value).toBe("x");
  });

  it("ends the header at a line that is no field and hides nothing", () => {
    const message = parse("Subject: x", "no field", "To: y", "", "z");
    expect(message.problems).toContain("mime.header-malformed");
    expect(fields(message, "To")).toEqual([]);
    expect(latin1(message.source.subarray(message.bodyStart))).toBe("no field\r\nTo: y\r\n\r\nz");
  });

  it("takes the first of repeated structural fields and says so", () => {
    const message = parse("Content-Type: text/plain", "Content-Type: text/html", "", "x");
    expect(message.type).toBe("text/plain");
    expect(message.problems).toEqual(["mime.field-repeated"]);
  });

  it.each(["", "\r\n", "hello\r\nworld", "\u0000\u0001\u0002"])("is no mail without any field: %j", (text) => {
    expect(codeThrown(() => parseMessage(fromLatin1(text)))).toBe("mime.not-mail");
    expect(parseEntity(fromLatin1(text)).end).toBe(text.length);
  });

  it("refuses headers and messages beyond the limits", () => {
    expect(codeThrown(() => parseMessage(fromLatin1(`A: ${"x".repeat(mimeLimits.headerSize)}\r\n\r\n`)))).toBe("limits.header-size");
    expect(codeThrown(() => parseMessage(fromLatin1("A: 1\r\n".repeat(mimeLimits.headerFields + 1))))).toBe("limits.header-size");
    expect(codeThrown(() => parseMessage(mail("A: 1", ""), { limits: { messageSize: 5 } }))).toBe("limits.message-size");
  });
});

describe("Content-Type", () => {
  const type = (value: string): [string, Record<string, string>] => {
    const message = parse(`Content-Type: ${value}`, "", "");
    return [message.type, Object.fromEntries(message.parameters)];
  };

  it.each<[string, string, Record<string, string>]>([
    ["TEXT/Plain; CharSet = \"us-ascii\" (comment; x=y)", "text/plain", { charset: "us-ascii" }],
    ["text/plain; a=\"1;\\\"2\"; a=3", "text/plain", { a: "1;\"2" }],
    ["application/pdf; name*=utf-8''%e4%bd%a0.pdf", "application/pdf", { name: "你.pdf" }],
    ["application/pdf; name*0*=iso-8859-1'de'%e4; name*1=b; name*2*=%63", "application/pdf", { name: "äbc" }],
    ["image/png; name=my file.png", "image/png", { name: "my file.png" }],
    ["text", "text/plain", {}],
    ["nonsense", "text/plain", {}],
  ])("%s", (value, expected, parameters) => {
    expect(type(value)).toEqual([expected, parameters]);
  });

  it("reads disposition and Content-ID", () => {
    const message = parse("Content-Disposition: Attachment; filename=\"=?utf-8?q?=C3=A4?=.txt\"", "Content-ID: <a@b>", "", "");
    expect(message.disposition).toEqual({ type: "attachment", filename: "ä.txt" });
    expect(message.contentId).toBe("a@b");
  });
});

describe("multipart", () => {
  it("gives parts as exact ranges: the line break before a boundary is the boundary's (CO-10)", () => {
    const message = parse(...two("b", "first\r\n", "second"));
    expect(message.children.map(textOf)).toEqual(["\r\nfirst\r\n", "\r\nsecond"]);
    const [first] = message.children;
    expect(first && entityBytes(first).buffer).toBe(message.source.buffer);
  });

  it("tells a boundary from one that begins with it", () => {
    const message = parse(...two("b", "--bc\r\n--b-\r\n--b--x\r\n --b", "second"));
    expect(message.children.map(textOf)).toEqual(["\r\n--bc\r\n--b-\r\n--b--x\r\n --b", "\r\nsecond"]);
  });

  it("allows white space behind a boundary and an empty part", () => {
    const message = parse("Content-Type: multipart/mixed; boundary=b", "", "--b \t", "--b", "", "x", "--b-- ", "epilogue");
    expect(message.children.map(textOf)).toEqual(["", "\r\nx"]);
    expect(allProblems(message)).toEqual([]);
  });

  it("lets the enclosing boundary end an inner multipart that was cut off", () => {
    const message = parse(
      "Content-Type: multipart/mixed; boundary=o", "", "--o", "Content-Type: multipart/mixed; boundary=i", "", "--i", "", "x", "--o", "", "y", "--o--",
    );
    expect(message.children.length).toBe(2);
    expect(message.children[0]?.problems).toEqual(["mime.boundary-missing"]);
    expect(textOf(message.children[0]?.children[0])).toBe("\r\nx");
  });

  it("keeps what there is of a truncated message", () => {
    const message = parse("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "--b", "", "cut o");
    expect(message.problems).toEqual(["mime.boundary-missing"]);
    expect(message.children.map(textOf)).toEqual(["\r\nx", "\r\ncut o"]);
  });

  it.each(["multipart/mixed", "multipart/mixed; boundary=\"\"", `multipart/mixed; boundary=${"x".repeat(300)}`])("has no parts without a boundary: %.40s", (type) => {
    const message = parse(`Content-Type: ${type}`, "", "x");
    expect([message.children, message.problems]).toEqual([[], ["mime.multipart-no-boundary"]]);
  });

  it("takes parts of a digest for messages and leaves messages closed", () => {
    const message = parse("Content-Type: multipart/digest; boundary=b", "", "--b", "", "From: x@example.org", "", "y", "--b--");
    expect(message.children.map(({ type, children }) => [type, children.length])).toEqual([["message/rfc822", 0]]);
  });

  it("stops at the limit of depth (RD-03)", () => {
    let text = "Content-Type: text/plain\r\n\r\nx";
    for (let i = 0; i < 200; i++) text = `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n${text}\r\n--b${i}--`;
    const message = parseMessage(fromLatin1(text));
    let depth = 1;
    for (let part = message.children[0]; part; part = part.children[0]) depth++;
    expect(depth).toBe(mimeLimits.depth);
    expect(allProblems(message)).toEqual(["limits.mime-depth"]);
  });

  it("stops at the limit of parts", () => {
    const message = parseMessage(fromLatin1(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(5000)}--b--`));
    expect(message.children.length).toBe(mimeLimits.parts - 1);
    expect(message.problems).toEqual(["limits.mime-parts"]);
  });
});
