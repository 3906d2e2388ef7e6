import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowserName } from "../driver/launch.ts";
import type { Page } from "../driver/driver.ts";
import { COMPOSER, makeStand, READER, type Stand, verdict } from "./stand.ts";
import { plain } from "./mail.ts";

/** What a page can see of us: messages, changes of its own tree, sizes, frames, focus, history, its own network. */
const WATCH = `window.seen = { messages: [], changes: new Set(), focus: [] };
addEventListener("message", (event) => seen.messages.push(JSON.stringify(event.data)));
for (const type of ["blur", "focusin", "scroll", "resize"]) addEventListener(type, (event) => event.target !== document && seen.focus.push(type), true);
new MutationObserver((records) => records.forEach(({ type, target, attributeName }) => seen.changes.add([type, target.nodeName, target.id, attributeName, target.style?.height].join(" ")))).observe(document, { subtree: true, childList: true, attributes: true });`;

const look = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { seen } = window as unknown as { seen: { messages: string[]; changes: Set<string>; focus: string[] } };
    const host = document.querySelector("#message-content")?.previousElementSibling as HTMLElement;
    const { width, height } = host.getBoundingClientRect();
    return JSON.stringify({
      messages: seen.messages,
      changes: [...seen.changes].sort(),
      focus: seen.focus,
      size: [width, height, host.style.cssText, document.documentElement.scrollHeight],
      frames: window.length,
      active: document.activeElement?.tagName,
      history: history.length,
      network: performance.getEntriesByType("resource").map(({ name }) => name.replace(/_uid=\d+/, "").replace(/^.*favicon.*$/, "")).filter(Boolean),
    }, null, 1);
  });

describe.each<BrowserName>(["chromium", "firefox"])("reading in a hostile page, %s", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  it("altered copies look the same to the page, and after five failures nothing opens until a click in a window of ours", async () => {
    const genuine = await stand.mail.encrypt(plain(`${"A line of the letter that was stolen. ".repeat(40)}`));
    const text = genuine.toString("latin1");
    const start = text.indexOf("\r\n\r\n") + 4;
    const bytes = Buffer.from(text.slice(start), "base64");
    const copied = (where: number, bit: number): string => {
      const out = Buffer.from(bytes);
      out[where] = (out[where] as number) ^ bit;
      return stand.webmail.add(Buffer.from(text.slice(0, start) + (out.toString("base64").match(/.{1,64}/g) ?? []).join("\r\n") + "\r\n", "latin1"));
    };
    // Ten that still open (a block in the middle), and ten that do not (the last block's padding).
    const uids = [stand.webmail.add(genuine)];
    for (let i = 0; i < 10; i++) uids.push(copied(bytes.length - 200 - 16 * i, 1 << (i % 8)), copied(bytes.length - 1 - i, 0x80));
    const keys = new Map<string, number>();
    let first: string | null = null;
    for (const uid of uids) {
      const page = await stand.open(stand.webmail.show(uid, { script: WATCH }));
      const key = await verdict(await page.frame(READER));
      keys.set(key, (keys.get(key) ?? 0) + 1);
      await sleep(150);
      const view = await look(page);
      first ??= view;
      expect(view, key).toBe(first);
      await page.close();
    }
    // One failure looks like another, and the budget ends both kinds.
    expect([...keys.keys()].sort()).toEqual(["sentence_closed", "sentence_closed_budget", "sentence_encrypted_only"]);
    expect(keys.get("sentence_closed")).toBe(5);
    expect(stand.webmail.fetched).toHaveLength(uids.length);

    const page = await stand.open(stand.webmail.show(uids[0] as string));
    const reader = await page.frame(READER);
    expect(await verdict(reader)).toBe("sentence_closed_budget");
    await reader.click('[data-test="closed-allow"]');
    const options = await stand.driver.waitForPage(/\/options\.html/);
    await options.click('[data-test="paused-allow"]');
    await options.until(() => document.querySelector('[data-test="paused"]') === null, { what: "allowed" });
    await options.close();
    await page.activate();
    await reader.click('[data-test="closed-again"]');
    await reader.waitFor('[data-key="sentence_encrypted_only"]');
    await page.close();
  });

  const hidden: [string, string, boolean][] = [
    ["display: none", "display:none !important", true],
    ["no size", "width:0 !important;height:0 !important;overflow:hidden", true],
    ["moved out of the window", "position:fixed !important;left:-5000px;top:0;width:900px", true],
    ["faded out", "opacity:0 !important", false],
    ["shrunk", "transform:scale(0.01);transform-origin:0 0", false],
    ["covered", "", false],
  ];
  it.for(hidden)("a frame that is %s opens nothing, and the toolbar speaks for no text beside it", async ([how, style, everywhere], { skip }) => {
    skip(!everywhere && name === "firefox", "Firefox does not report what lies over a frame: said in the threat model");
    const uid = stand.webmail.add(await stand.mail.signAndEncrypt(plain("genuine"), "alice"));
    const url = stand.webmail.show(uid, {
      style: `#layout-content > div:has(+ #message-content) { ${style} } #cover { position:absolute; inset:0; background:#fff; z-index:2147483646 }`,
      html: how === "covered" ? "<div id=cover>Pay Eve. Yours, Alice</div>" : "<p>Pay Eve. Yours, Alice</p>",
    });
    const page = await stand.open(url);
    const reader = await page.frame(READER);
    await sleep(1500);
    expect(await reader.exists('[data-test="sentence"]')).toBe(false);
    expect(await stand.toolbar(url)).toBe("");
    await page.close();
  });

  it("the toolbar's verdict goes when the frame is hidden, covered or removed, and comes back with it", async () => {
    const uid = stand.webmail.add(await stand.mail.signAndEncrypt(plain("genuine"), "alice"));
    const url = stand.webmail.show(uid);
    const page = await stand.open(url);
    expect(await verdict(await page.frame(READER))).toBe("sentence_text_signed_encrypted");
    const toolbar = async (wanted: string, after: string): Promise<void> => {
      for (const end = Date.now() + 4000; (await stand.toolbar(url)) !== wanted && Date.now() < end; ) await sleep(50);
      expect(await stand.toolbar(url), after).toBe(wanted);
    };
    const host = (change: string): Promise<void> =>
      page.evaluate((given) => {
        const element = document.querySelector("#message-content")?.previousElementSibling as HTMLElement;
        if (given === "remove") element.remove();
        else element.style.cssText += given;
      }, change);
    await toolbar("✓", "opening");
    await host(";position:fixed;left:-5000px");
    await toolbar("", "moved away");
    await host(";position:static");
    await toolbar("✓", "put back");
    if (name === "chromium") {
      await host(";opacity:0");
      await toolbar("", "faded");
      await host(";opacity:1");
      await toolbar("✓", "drawn again");
    }
    await host("remove");
    await toolbar("", "removed");
    await page.close();
  });

  it("a captured ciphertext under another From is not proved, and a reply reads nothing of it to that From without a question", async () => {
    const secret = "The merger is on Friday.";
    for (const [message, expected] of [
      [await stand.mail.encrypt(plain(secret), { from: "Eve <eve@lab.test>" }), "sentence_encrypted_only"],
      [await stand.mail.signAndEncrypt(plain(secret), "alice", { from: "Eve <eve@lab.test>" }), "sentence_careful_signer"],
      // Signed by Alice and under her name; only who is answered was added.
      [await stand.mail.signAndEncrypt(plain(secret), "alice", { more: ["Reply-To: Alice Example <eve@lab.test>"] }), "sentence_text_signed_encrypted"],
    ] as const) {
      const page = await stand.open(stand.webmail.show(stand.webmail.add(message)));
      const reader = await page.frame(READER);
      expect(await verdict(reader)).toBe(expected);
      await reader.click('[data-test="reply"]');
      const composer = await page.frame(COMPOSER);
      await composer.waitFor('[data-test="quote-notice"]');
      expect(await composer.text('[data-test="quote-notice"]')).toMatch(/eve@lab\.test|Eve|Alice Example/);
      expect(await composer.text('[data-test="editor"]')).not.toContain(secret);
      await page.close();
    }
  });
});
