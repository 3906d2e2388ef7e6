import { describe, expect, it } from "vitest";
import { safeFileName } from "../../../src/mime/attachment-name.ts";
import { selectBody } from "../../../src/mime/body.ts";
import { parse } from "./support.ts";

/** `type|body` lines become the parts of a multipart; a nested array is a multipart of its own. */
type Tree = string | [type: string, ...Tree[]];

let boundaries = 0;
function lines(tree: Tree): string[] {
  if (typeof tree === "string") {
    const [head = "", body = ""] = tree.split("|");
    const [type = "", ...more] = head.split("\n");
    return [`Content-Type: ${type}`, ...more, "", body];
  }
  const [type, ...parts] = tree;
  const boundary = `b${boundaries++}`;
  return [`Content-Type: ${type}; boundary=${boundary}`, "", ...parts.flatMap((part) => [`--${boundary}`, ...lines(part)]), `--${boundary}--`];
}

function select(tree: Tree): { text: string | undefined; html: string | undefined; attachments: string[] } {
  const body = selectBody(parse("From: a@example.org", ...lines(tree)));
  return { text: body.text, html: body.html, attachments: body.attachments.map(({ type, inline }) => type + (inline ? " inline" : "")) };
}

const picture = (id: string): string => `image/png\nContent-ID: <${id}>|x`;

describe("choosing the body", () => {
  it.each<[string, Tree, ReturnType<typeof select>]>([
    ["text alone", "text/plain|a", { text: "a", html: undefined, attachments: [] }],
    ["HTML alone", "text/html|<b>", { text: undefined, html: "<b>", attachments: [] }],
    ["a picture alone", "image/png|x", { text: undefined, html: undefined, attachments: ["image/png"] }],
    ["text that is to be attached", "text/plain\nContent-Disposition: attachment|a", { text: undefined, html: undefined, attachments: ["text/plain"] }],
    ["alternatives", ["multipart/alternative", "text/plain|a", "text/html|b"], { text: "a", html: "b", attachments: [] }],
    ["alternatives with an invitation", ["multipart/alternative", "text/plain|a", "text/html|b", "text/calendar|c"], { text: "a", html: "b", attachments: ["text/calendar"] }],
    [
      "pictures of HTML",
      ["multipart/alternative", "text/plain|a", ["multipart/related", "text/html|<img src=\"cid:1%40x\">", picture("1@x"), picture("2@x")]],
      { text: "a", html: "<img src=\"cid:1%40x\">", attachments: ["image/png inline", "image/png"] },
    ],
    ["another root of related parts", ["multipart/related; start=\"<r>\"", picture("p"), "text/html\nContent-ID: <r>|h"], { text: undefined, html: "h", attachments: ["image/png"] }],
    ["mixed", ["multipart/mixed", ["multipart/alternative", "text/plain|a", "text/html|b"], "application/pdf|x"], { text: "a", html: "b", attachments: ["application/pdf"] }],
    ["an empty text before the real one", ["multipart/mixed", "text/plain|", "text/html|b"], { text: undefined, html: "b", attachments: [] }],
    ["a forwarded message", ["multipart/mixed", "text/plain|a", "message/rfc822|From: x@y"], { text: "a", html: undefined, attachments: ["message/rfc822"] }],
    ["a report", ["multipart/report", "text/plain|a", "message/delivery-status|b", "text/rfc822-headers|c"], { text: "a", html: undefined, attachments: ["message/delivery-status", "text/rfc822-headers"] }],
  ])("%s", (_name, tree, expected) => {
    expect(select(tree)).toEqual(expected);
  });

  it("UI-07: never joins texts: every later one is an attachment", () => {
    expect(select(["multipart/mixed", "text/html|<img src=\"http://evil.test/", "text/html|secret", "text/plain|c"])).toEqual({
      text: undefined, html: "<img src=\"http://evil.test/", attachments: ["text/html", "text/plain"],
    });
  });

  it("UI-03: takes no S/MIME part for text, wherever it stands", () => {
    const signed: Tree = ["multipart/signed; protocol=\"application/pkcs7-signature\"", "text/plain|signed", "application/pkcs7-signature|x"];
    for (const type of ["multipart/mixed", "multipart/alternative", "multipart/related", "multipart/report"]) {
      const body = select([type, "text/plain|a", signed, "application/pkcs7-mime|y", "application/octet-stream; name=z.p7m|z"]);
      expect(body).toEqual({ text: "a", html: undefined, attachments: ["multipart/signed", "application/pkcs7-mime", "application/octet-stream"] });
    }
    expect(select(signed)).toEqual({ text: undefined, html: undefined, attachments: ["multipart/signed"] });
  });

  it("shows other signed multiparts like mixed ones", () => {
    const body = select(["multipart/signed; protocol=\"application/pgp-signature\"", "text/plain|a", "application/pgp-signature|x"]);
    expect(body).toEqual({ text: "a", html: undefined, attachments: ["application/pgp-signature"] });
  });

  it("gives text with LF and HTML as sent", () => {
    const body = selectBody(parse("Content-Type: multipart/alternative; boundary=b", "", "--b", "", "a", "b", "--b", "Content-Type: text/html", "", "c", "d", "--b--"));
    expect(body).toMatchObject({ text: "a\nb", html: "c\r\nd" });
  });
});

describe("attachment names", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\x\\a.doc", "a.doc"],
    ["..", ""],
    ["a/", ""],
    ["invoice\u202efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\r\nc\u200b.txt", "abc.txt"],
    [" x ", "x"],
    [`${"ä".repeat(500)}.pdf`, `${"ä".repeat(196)}.pdf`],
  ])("%j", (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });
});
