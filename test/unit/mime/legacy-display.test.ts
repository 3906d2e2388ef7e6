import { describe, expect, it } from "vitest";
import { selectBody } from "../../../src/mime/body.ts";
import { addLegacyDisplayHtml, addLegacyDisplayText, stripLegacyDisplayHtml, stripLegacyDisplayText } from "../../../src/mime/legacy-display.ts";
import { parse } from "./support.ts";

const element = '<div class="header-protection-legacy-display"><pre>Subject: x</pre></div>';

describe("HP-05: hiding Legacy Display Elements", () => {
  it.each([
    ["Subject: x\n\nbody\n\nmore", "body\n\nmore"],
    ["Subject: x\r\nCc: y\r\n\r\nbody", "body"],
    ["Subject: x\n \t\nbody", "body"],
    ["\nbody", "body"],
    ["no blank line", "no blank line"],
  ])("text %j", (text, expected) => {
    expect(stripLegacyDisplayText(text)).toBe(expected);
  });

  it.each([
    [`<html><head><title>a<b</title></head><body>${element}<p>b</p></body></html>`, "<html><head><title>a<b</title></head><body><p>b</p></body></html>"],
    [`<BODY class=x>\n<DIV CLASS='other header-protection-legacy-display'><div>1</div><div>2</div></DIV >b`, "<BODY class=x>\nb"],
    [`<p>a${element}b`, "<p>ab"],
    [`${element}a${element}b`, "ab"],
    [`<style>p{}</style><!-- <div> -->${element}b`, "<style>p{}</style><!-- <div> -->b"],
    // Not a child of body, not the class, not an element, without an end: all stay.
    [`<blockquote>${element}</blockquote>`, `<blockquote>${element}</blockquote>`],
    [`<div>${element}</div>`, `<div>${element}</div>`],
    ['<div class="header-protection-legacy-display-x">a</div>', '<div class="header-protection-legacy-display-x">a</div>'],
    ['<div title="class=header-protection-legacy-display">a</div>', '<div title="class=header-protection-legacy-display">a</div>'],
    [`<!--${element}-->`, `<!--${element}-->`],
    [`<textarea>${element}</textarea>`, `<textarea>${element}</textarea>`],
    ['<div class="header-protection-legacy-display">a', '<div class="header-protection-legacy-display">a'],
  ])("HTML %s", (html, expected) => {
    expect(stripLegacyDisplayHtml(html)).toBe(expected);
  });

  it.each(["<a \"", "<style>", "<!--", "<div class=\"header-protection-legacy-display\">", "<", "<a b='"])("is not kept busy by %s without end", (piece) => {
    const begun = performance.now();
    stripLegacyDisplayHtml(piece.repeat(100_000));
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it("acts only inside encryption and where the part says so", () => {
    const labelled = parse("Content-Type: text/plain; hp-legacy-display=\"1\"", "", "Subject: x", "", "body");
    const plain = parse("Content-Type: text/plain", "", "Subject: x", "", "body");
    expect(selectBody(labelled, { stripLegacyDisplay: true }).text).toBe("body");
    expect(selectBody(labelled).text).toBe("Subject: x\n\nbody");
    expect(selectBody(plain, { stripLegacyDisplay: true }).text).toBe("Subject: x\n\nbody");
  });
});

describe("HS-06, HS-07: writing Legacy Display Elements", () => {
  const hidden = [["Subject", "a <b> & \"c\"\r\nBcc: d"]] as const;

  it("puts lines before text, without line breaks of their own", () => {
    expect(addLegacyDisplayText("body", hidden)).toBe("Subject: a <b> & \"c\" Bcc: d\r\n\r\nbody");
    expect(addLegacyDisplayText("body", [])).toBe("body");
  });

  it("puts an escaped element first into the body", () => {
    expect(addLegacyDisplayHtml('<html><body class="a>b">x</body>', hidden)).toBe(
      '<html><body class="a>b"><div class="header-protection-legacy-display"><pre>Subject: a &lt;b&gt; &amp; &quot;c&quot; Bcc: d</pre></div>\r\nx</body>',
    );
    expect(addLegacyDisplayHtml("x", hidden)).toMatch(/^<div/);
  });

  it("is taken out again", () => {
    expect(stripLegacyDisplayText(addLegacyDisplayText("a\r\n\r\nb", hidden))).toBe("a\r\n\r\nb");
    expect(stripLegacyDisplayHtml(addLegacyDisplayHtml("<body><p>x</body>", hidden))).toBe("<body>\r\n<p>x</body>");
  });
});
