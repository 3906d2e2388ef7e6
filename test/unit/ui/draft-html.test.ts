import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { htmlToEdit, htmlToKeep } from "../../../src/ui/editor/editor-html.ts";
import { hasChromium, openPage, type Opened } from "./browser/open.ts";

interface InPage {
  htmlToEdit: typeof htmlToEdit;
  htmlToKeep: typeof htmlToKeep;
}
declare const inPage: InPage;

describe.skipIf(!hasChromium)("HTML of drafts", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());

  const edit = (html: string) =>
    opened.page.evaluate((text) => {
      const url = `blob:${location.origin}/1`;
      return { url, html: inPage.htmlToEdit(text, new Map([["a@mailseal", url]])) };
    }, html);

  it("keeps what is quoted marked, and comes back with its pictures", async () => {
    const kept = await opened.page.evaluate(() => inPage.htmlToKeep(`<div>x<img src="blob:${location.origin}/0" data-cid="a@mailseal"></div><blockquote data-quote="1">y</blockquote>`));
    expect(kept.contentIds).toBeDefined();
    expect(kept.html).toContain('src="cid:a@mailseal"');
    expect(kept.html).toContain('data-quote="1"');
    const { html, url } = await edit(kept.html);
    expect(html).toContain(`src="${url}"`);
    expect(html).toContain('data-cid="a@mailseal"');
    expect(html).toContain('data-quote="1"');
  });

  it("of a planted draft runs and loads nothing (UI-07)", async () => {
    const { html } = await edit('<img src="/stolen" data-cid="a@mailseal"><img src=/x onerror=alert(1)><script>alert(1)</script><p onclick="alert(1)">text</p><img src="cid:other">');
    expect(html).toMatch(/^<p>text<\/p>$/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(opened.requested).not.toContain("/stolen");
    expect(opened.requested).not.toContain("/x");
  });
});
