import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { cleanHtml, htmlToSend } from "../../../src/ui/editor/editor-html.ts";
import type { watchVisibility } from "../../../src/ui/frame/visibility.ts";
import type { textOf } from "../../../src/ui/mail-html/html-text.ts";
import type { sanitiseMail } from "../../../src/ui/mail-html/sanitise.ts";
import type { partDocument } from "../../../src/ui/mail-html/srcdoc.ts";
import { hasChromium, openPage, type Opened } from "./browser/open.ts";

/** What `browser/entry.tsx` puts into the page. */
interface InPage {
  sanitiseMail: typeof sanitiseMail;
  partDocument: typeof partDocument;
  cleanHtml: typeof cleanHtml;
  htmlToSend: typeof htmlToSend;
  textOf: typeof textOf;
  startComposer: () => { asked: [string, unknown][]; draft: () => unknown; model: () => unknown };
  watchVisibility: typeof watchVisibility;
  seen: ReturnType<typeof watchVisibility>;
  composer: ReturnType<InPage["startComposer"]>;
}
declare const inPage: InPage;

describe.skipIf(!hasChromium)("in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());

  const clean = (html: string, remotePictures = false) =>
    opened.page.evaluate((text, remote) => inPage.sanitiseMail(text, { pictures: new Map([["a@b", "data:image/png;base64,AA=="]]), remotePictures: remote }), html, remotePictures);

  describe("the mail sanitiser (UI-07, UI-10)", () => {
    it.each([
      ["a script", "<script>alert(1)</script><p>x</p>"],
      ["a handler", '<p onclick="alert(1)" onmouseover=alert(1)>x</p>'],
      ["a picture that fails", '<img src=x onerror=alert(1)>'],
      ["SVG", '<svg onload=alert(1)><script>alert(1)</script><image href="https://evil.test/x"></svg>'],
      ["MathML", '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>'],
      ["a frame", '<iframe src="https://evil.test"></iframe><object data="https://evil.test"></object><embed src="https://evil.test"><frameset><frame src="https://evil.test"></frameset>'],
      ["a form", '<form action="https://evil.test"><input name=a><button formaction="https://evil.test">go</button><select><option>a</select><textarea></textarea></form>'],
      ["meta and link", '<meta http-equiv="refresh" content="0;url=https://evil.test"><link rel=stylesheet href="https://evil.test/x.css"><base href="https://evil.test/">'],
      ["sources of pictures", '<img srcset="https://evil.test/x 2x" src="https://evil.test/x"><picture><source srcset="https://evil.test/x"><img></picture><video poster="https://evil.test/x" src="https://evil.test/v"></video><audio src="https://evil.test/a"></audio><input type=image src="https://evil.test/x">'],
      ["backgrounds", '<body background="https://evil.test/x"><table background="https://evil.test/x"><tr><td background="https://evil.test/x">x</table>'],
      ["styles", '<p style="background:url(https://evil.test/x);color:red">x</p><p style="background:u\\72l(https://evil.test/x)">y</p><p style="list-style-image:image-set(\'https://evil.test/x\' 1x)">z</p>'],
      ["style sheets", '<style>@import "https://evil.test/x.css";@font-face{font-family:a;src:url(https://evil.test/f)}p{background:url(https://evil.test/x)}@media all{p{background:url("https://evil.test/x")}}</style><p>x</p>'],
      ["script addresses", '<a href="javascript:alert(1)">a</a><a href=" java\nscript:alert(1)">b</a><a href="data:text/html,<script>alert(1)</script>">c</a><a href="vbscript:x">d</a><a href="blob:x">e</a><a href="file:///x">f</a>'],
      ["protocol-relative addresses", '<img src="//evil.test/x"><a href="//evil.test">a</a>'],
      ["pictures that are documents", '<img src="data:image/svg+xml,<svg onload=alert(1)>"><img src="data:text/html,x">'],
      ["a style that ends itself", "<style>p{color:red}</style/><img src=x onerror=alert(1)></style>"],
      ["comments and CDATA", "<!--<img src=--><img src=x onerror=alert(1)//>--><![CDATA[<script>alert(1)</script>]]>"],
    ])("takes away %s", async (_name, html) => {
      const { html: left, bodyStyle } = await clean(html);
      expect(left).not.toMatch(/<script|<iframe|<object|<embed|<form|<input|<svg|<math|<meta|<link|<base|<video|<audio|<source|onerror|onclick|onload|javascript:|vbscript:|evil\.test|srcset|background=/i);
      expect(left).not.toMatch(/(?:href|src)="(?!data:image\/(?:png|jpeg|gif|webp)|https?:\/\/|mailto:)/i);
      expect(bodyStyle).not.toMatch(/url|evil/);
    });

    it("keeps what mail is made of", async () => {
      const { html, bodyStyle, coloured } = await clean('<html><head><style>h2{color:green}@media (max-width:100px){h2{color:red}}</style></head><body bgcolor="#eeeeee"><h2 style="font-size:20px">T</h2><table border="1" cellpadding="4"><tr><td align="right">1</td></tr></table><ul><li>a</li></ul><blockquote>q</blockquote></body></html>');
      expect(html).toContain("<style>h2{color: green;}");
      expect(html).toContain("@media (max-width: 100px){h2{color: red;}}");
      expect(html).toContain('<h2 style="font-size: 20px;">T</h2>');
      expect(html).toMatch(/<table border="1" cellpadding="4">.*<td align="right">1<\/td>/s);
      expect(bodyStyle).toBe("background-color:#eeeeee");
      expect(coloured).toBe(true);
    });

    it("opens links elsewhere, without telling from where", async () => {
      const { html } = await clean('<a href="https://lab.test/a" target="_top" ping="https://evil.test">x</a><a href="mailto:bob@lab.test">y</a>');
      expect(html).toBe('<a href="https://lab.test/a" target="_blank" rel="noopener noreferrer">x</a><a href="mailto:bob@lab.test" target="_blank" rel="noopener noreferrer">y</a>');
    });

    it("puts in the pictures that came along, and says when others were left out", async () => {
      expect(await clean('<img src="cid:a@b"><img src="cid:other">')).toMatchObject({ html: '<img src="data:image/png;base64,AA=="><img>', remoteLeftOut: false });
      expect((await clean('<img src="CID:a%40b">')).html).toContain("data:image/png");
      expect(await clean('<img src="https://pictures.test/x">')).toMatchObject({ html: "<img>", remoteLeftOut: true });
      expect((await clean('<p style="background:url(https://pictures.test/x)">x</p>')).remoteLeftOut).toBe(true);
      expect((await clean("<p>x</p>")).remoteLeftOut).toBe(false);
      expect((await clean('<img src="https://pictures.test/x">', true)).html).toBe('<img src="https://pictures.test/x" referrerpolicy="no-referrer">');
    });

    it("leaves nothing that loads or runs when it is drawn", async () => {
      const ran = await opened.page.evaluate(async () => {
        const evil = `${location.origin}/evil`;
        const hostile = `<img src="${evil}/1"><p style="background:url(${evil}/2)">x</p><style>@import "${evil}/3";</style><link rel="stylesheet" href="${evil}/4"><iframe src="${evil}/5"></iframe><script>parent.postMessage("ran","*")</script><img src=x onerror="parent.postMessage('ran','*')">`;
        let heard = false;
        window.addEventListener("message", () => (heard = true));
        // The second wall alone: the document as it would be if the sanitiser let everything through.
        for (const html of [inPage.sanitiseMail(hostile, { pictures: new Map(), remotePictures: false }).html, hostile]) {
          const frame = document.createElement("iframe");
          frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
          frame.srcdoc = inPage.partDocument({ html, bodyStyle: "", light: true, remotePictures: false, language: "en", title: "t", plain: false });
          const loaded = new Promise((resolve) => (frame.onload = resolve));
          document.body.append(frame);
          await loaded;
          await new Promise((resolve) => setTimeout(resolve, 200));
          frame.remove();
        }
        return heard;
      });
      expect(ran).toBe(false);
      expect(opened.requested.filter((path) => path.includes("evil"))).toEqual([]);
    });
  });

  describe("the editor's HTML", () => {
    const tidy = (html: string) => opened.page.evaluate((text) => inPage.cleanHtml(text), html);

    it("keeps formatting and drops what could lie over our controls or load", async () => {
      expect(await tidy('<b>a</b><i style="position:fixed;top:0;color:red;background-image:url(https://evil.test)">b</i><div style="position:absolute">c</div>')).toBe('<b>a</b><i style="color: red;">b</i><div>c</div>');
      expect(await tidy('<img src="https://evil.test/x"><img src="data:image/png;base64,AA=="><style>p{}</style><form><button>x</button></form><a href="javascript:alert(1)" onclick=alert(1)>l</a>')).toBe("x<a>l</a>");
      expect(await tidy('<img src="blob:http://evil.test/1" data-cid="x">')).toBe("");
    });

    it("sends pictures by cid:, without our marks", async () => {
      const sent = await opened.page.evaluate(() => {
        const { html, contentIds } = inPage.htmlToSend('<p data-quote="1">a<img src="blob:x" data-cid="1@m" alt="c"><img src="blob:y"></p>');
        return { html, contentIds: [...contentIds] };
      });
      expect(sent).toEqual({ html: '<p>a<img src="cid:1@m" alt="c"></p>', contentIds: ["1@m"] });
    });

    it.each([
      ["<div>a</div><div>b</div>", "a\nb"],
      ["<div>a</div><div><br></div><div>b</div>", "a\n\nb"],
      ["<p>a <b>b</b></p><ul><li>x</li><li>y</li></ul>", "a b\n- x\n- y"],
      ["<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"],
      ["<div>On Monday, Alice wrote:</div><blockquote><div>one</div><div>two</div><blockquote>deep</blockquote></blockquote>", "On Monday, Alice wrote:\n> one\n> two\n>> deep"],
      ['<div><a href="https://lab.test/x">here</a> <a href="https://lab.test/">https://lab.test</a></div>', "here <https://lab.test/x> https://lab.test"],
      ["<div>a   b\n c</div>", "a b c"],
    ])("reads %s as text", async (html, text) => {
      const read = await opened.page.evaluate((source) => {
        const box = document.createElement("div");
        box.innerHTML = source;
        return inPage.textOf(box);
      }, html);
      expect(read).toBe(text);
    });
  });

  describe("the composer with real keys and clicks", () => {
    const test = (name: string) => `[data-test="${name}"]`;
    const chips = () => opened.page.$$eval('[data-test="chip"]', (found) => found.map((chip) => `${chip.getAttribute("data-address")} ${chip.getAttribute("data-state")}`));

    beforeAll(async () => {
      await opened.page.evaluate(() => void (inPage.composer = inPage.startComposer()));
      await opened.page.waitForSelector(`${test("send")}:enabled`);
    });

    it("begins in To, makes chips of what is typed, and takes them away with Backspace", async () => {
      const { page } = opened;
      expect(await page.evaluate(() => document.activeElement?.getAttribute("data-test"))).toBe("to-input");
      await page.keyboard.type("bob@lab.test,");
      await page.keyboard.type("nobody");
      await page.keyboard.press("Enter");
      await page.waitForSelector('[data-state="found"]');
      expect(await chips()).toEqual(["bob@lab.test found", "nobody wrong"]);
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Backspace");
      await page.waitForSelector('[data-state="wrong"]', { hidden: true });
      expect(await chips()).toEqual(["bob@lab.test found"]);
    });

    it("keeps a person whose details are read by keyboard", async () => {
      const focused = () => opened.page.evaluate(() => document.activeElement?.className);
      await opened.page.click(".chip-face");
      for (const key of ["Tab", "ArrowRight", "Delete"] as const) await opened.page.keyboard.press(key);
      expect([await focused(), ...(await chips())]).toEqual(["chip-details", "bob@lab.test found"]);
      await opened.page.keyboard.press("Escape");
      expect(await focused()).toBe("chip-face");
      await opened.page.focus(test("to-input"));
    });

    it("completes from known people by keyboard", async () => {
      const { page } = opened;
      await page.keyboard.type("car");
      await page.waitForSelector(test("completion"));
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect((await chips()).map((chip) => chip.split(" ")[0])).toEqual(["bob@lab.test", "carol@lab.test"]);
    });

    it("takes Tab through the fields into the text and out of it", async () => {
      const { page } = opened;
      await page.click(test("subject"));
      await page.keyboard.type("Figures");
      await page.click(test("editor"));
      await page.keyboard.type("Dear ");
      await page.click(test("format-bold"));
      await page.keyboard.type("Bob");
      await page.click(test("format-bold"));
      await page.keyboard.type(", hello");
      await page.keyboard.press("Enter");
      await page.keyboard.type("bye");
      const draft = (await page.evaluate(() => inPage.composer.draft())) as { html: string; text: string; subject: string };
      expect(draft).toMatchObject({ subject: "Figures", text: "Dear Bob, hello\nbye", html: "<div>Dear <b>Bob</b>, hello</div><div>bye</div>" });
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("data-test"))).not.toBe("editor");
    });

    it("keeps the text when it changes to plain text and back", async () => {
      const { page } = opened;
      await page.click(test("plain"));
      await page.waitForSelector(test("editor-plain"), { visible: true });
      await page.click(test("editor-plain"));
      await page.keyboard.press("End");
      await page.keyboard.type(" now");
      const draft = (await page.evaluate(() => inPage.composer.draft())) as { html?: string; text: string };
      expect(draft.html).toBeUndefined();
      expect(draft.text).toContain("now");
      await page.click(test("plain"));
      await page.waitForSelector(test("editor"), { visible: true });
      expect(await page.$eval(test("editor"), (editor) => (editor as HTMLElement).innerText)).toContain("now");
    });

    it("attaches files and puts a picture into the text", async () => {
      const { page } = opened;
      const drop = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(["x".repeat(5000)], "notes.txt", { type: "text/plain" }));
        return data;
      });
      await page.$eval(test("composer"), (composer, data) => composer.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data })), drop);
      await page.waitForSelector('[data-test="file"][data-ready="true"]');
      expect(await page.$eval(test("file"), (file) => (file as HTMLElement).innerText)).toContain("notes.txt");
      await page.click(test("file-remove"));
      await page.waitForSelector(test("file"), { hidden: true });
    });

    it("sends by Ctrl+Enter once it was plainly visible, and says why not", async () => {
      const { page } = opened;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await page.click(test("subject"));
      await page.keyboard.down("Control");
      await page.keyboard.press("Enter");
      await page.keyboard.up("Control");
      await page.waitForSelector('[data-test="problem"][data-code="send.policy-unknown"]');
      expect(await page.evaluate(() => inPage.composer.asked.filter(([name]) => name === "send.prepare").length)).toBe(1);
    });

    it("leaves with Escape", async () => {
      const { page } = opened;
      await page.click(test("subject"));
      await page.keyboard.press("Escape");
      await page.waitForSelector(test("discard-dialog"));
      await page.keyboard.press("Escape");
      await page.waitForSelector(test("discard-dialog"), { hidden: true });
      expect(await page.$(test("composer"))).not.toBeNull();
    });
  });

  describe("what the frame knows of being seen", () => {
    it("notices what the page lays over it, hides or shrinks", async () => {
      const page = await opened.page.browser().newPage();
      // Another host than the frame's own, as a webmail's page is.
      await page.goto(opened.host);
      const element = await page.waitForSelector("iframe");
      const frame = await element?.contentFrame();
      if (!frame) throw new Error("no frame");
      await frame.waitForFunction("globalThis.inPage");
      await frame.evaluate(() => void (inPage.seen = inPage.watchVisibility(document.documentElement)));
      const seen = () => frame.evaluate(() => ({ visible: inPage.seen.visible(), steady: inPage.seen.steady() }));
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const style = (selector: string, css: string) => page.$eval(selector, (target, text) => void ((target as HTMLElement).style.cssText = text), css);
      await wait(400);
      expect(await seen()).toEqual({ visible: true, steady: false });
      await wait(1000);
      expect(await seen()).toEqual({ visible: true, steady: true });
      // A dialog of our own is no cover: decisions are made in one.
      await frame.evaluate(() => {
        const dialog = document.createElement("dialog");
        dialog.textContent = "Decide";
        document.body.append(dialog);
        dialog.showModal();
      });
      await wait(1200);
      expect((await seen()).steady).toBe(true);
      await frame.evaluate(() => document.querySelector("dialog")?.remove());
      await wait(1200);
      await style("#decoy", "display:block");
      await wait(400);
      expect((await seen()).steady).toBe(false);
      await style("#decoy", "display:none");
      await wait(1300);
      expect((await seen()).steady).toBe(true);
      await style("iframe", "opacity:0.5;width:600px;height:400px");
      await wait(400);
      expect((await seen()).steady).toBe(false);
      for (const hidden of ["display:none", "width:1px;height:1px", "position:absolute;left:-2000px"]) {
        await style("iframe", hidden);
        await wait(300);
        expect((await seen()).visible).toBe(false);
      }
      await page.close();
    }, 20_000);
  });
});
