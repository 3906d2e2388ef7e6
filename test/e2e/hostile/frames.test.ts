import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowserName } from "../driver/launch.ts";
import type { Frame, Page } from "../driver/driver.ts";
import { plain } from "./mail.ts";
import { makeStand, READER, type Stand, verdict } from "./stand.ts";

const PAGES = ["reader", "composer", "setup", "popup", "options", "certificates", "confirm", "secret", "help"];

describe.each<BrowserName>(["chromium", "firefox"])("our frames in hostile pages, %s", (name) => {
  let stand: Stand;
  let uid: string;
  beforeAll(async () => {
    stand = await makeStand(name);
    uid = stand.webmail.add(await stand.mail.signAndEncrypt(plain("The words that nobody else may see."), "alice"));
  });
  afterAll(() => stand?.close());

  /** What of our pages a person could see or click in a page. */
  const drawn = async (page: Page): Promise<string> => {
    const ours = (await page.frames()).filter(Boolean);
    const texts = await Promise.all(ours.map((frame: Frame) => frame.evaluate(() => (location.protocol.endsWith("-extension:") ? `${document.body.innerText.trim()}${document.querySelectorAll("button, input, a").length || ""}` : "")).catch(() => "")));
    return texts.join("");
  };

  it("are blank in another site, ask nothing and hold nothing to click", async () => {
    const site = await stand.open(stand.webmail.document(PAGES.map((each) => `<iframe src="${stand.driver.extension}/${each}.html#0123456789abcdef0123456789abcdef"></iframe>`).join("")).replace("127.0.0.1", "localhost"));
    await sleep(1000);
    expect(await drawn(site)).toBe("");
    await site.close();
  });

  it("are blank in the webmail itself without a ticket, with a made-up one, and in a tab of their own", async () => {
    const page = await stand.open(stand.webmail.document(`<iframe src="${stand.driver.extension}/reader.html"></iframe><iframe src="${stand.driver.extension}/composer.html#0123456789abcdef0123456789abcdef"></iframe>`));
    await sleep(500);
    expect(await drawn(page)).toBe("");
    await page.close();
    const { ticket, opener } = await ticketFor();
    const tab = await stand.open(`${stand.driver.extension}/options.html`);
    await tab.evaluate((url) => void (location.href = url), `${stand.driver.extension}/reader.html#${ticket}`);
    await sleep(700);
    expect(await tab.url()).toContain("/reader.html");
    expect(await tab.evaluate(() => document.body.innerText.trim())).toBe("");
    await tab.close();
    await opener.close();
  });

  /** A ticket as a content script gets it; `opener` stays open, so that the ticket's tab lives. */
  async function ticketFor(): Promise<{ ticket: string; secret: string; opener: Page }> {
    const url = stand.webmail.document("<p>opener</p>");
    const opener = await stand.open(url);
    const answer = (await stand.asContentScript(url, { to: "content", name: "frame.open", input: { kind: "reader", account: "bob@lab.test", message: { account: "bob@lab.test", folder: "INBOX", id: uid }, mode: null } })) as { ok: boolean; output: { ticket: string; secret: string } };
    expect(answer.ok).toBe(true);
    return { ...answer.output, opener };
  }

  it("take no ticket from another tab, no used one, and none after five seconds", async () => {
    const redeem = async (page: Page, ticket: string): Promise<string> => {
      // Our own page in a frame asks as a frame does; what it is told is what the background decided.
      await page.evaluate((src) => {
        const frame = document.createElement("iframe");
        frame.src = src;
        document.body.append(frame);
        const offer = (): void => frame.contentWindow?.postMessage({ mailseal: "port", secret: "0".repeat(32) }, "*", [new MessageChannel().port2]);
        setInterval(offer, 50);
      }, `${stand.driver.extension}/reader.html#${ticket}`);
      // A frame that was bound would show that it waits for its message after a second.
      await sleep(1500);
      return drawn(page);
    };
    const stolen = await ticketFor();
    const elsewhere = await stand.open(stand.webmail.document("<p>elsewhere</p>"));
    expect(await redeem(elsewhere, stolen.ticket)).toBe("");
    // Whoever shows it wrongly has used it up; and a page that has it in the right tab lacks the port.
    expect(await redeem(stolen.opener, stolen.ticket)).toBe("");
    const late = await ticketFor();
    await sleep(5200);
    expect(await redeem(late.opener, late.ticket)).toBe("");
    const inTime = await ticketFor();
    expect(await redeem(inTime.opener, inTime.ticket)).toBe("");
    for (const page of [elsewhere, stolen.opener, late.opener, inTime.opener]) await page.close();
  });

  it("cannot be reached, read or named by the page that holds them", async () => {
    const page = await stand.open(stand.webmail.show(uid));
    const reader = await page.frame(READER);
    expect(await verdict(reader)).toBe("sentence_text_signed_encrypted");
    expect(await reader.evaluate(() => location.hash)).toBe("");
    const reached = await page.evaluate(() => {
      const entries = performance.getEntries().map((entry) => entry.name).filter((each) => /extension:/.test(each));
      // A closed shadow tree hides the frame also from the list of the window's frames, and with it the frames inside it,
      // whose number would tell whether a text was decrypted, and which a page could send elsewhere.
      const roots = Array.from(document.querySelectorAll("*"), (element) => element.shadowRoot).filter(Boolean);
      return { frames: window.length, found: document.querySelectorAll("iframe").length, entries, roots: roots.length, opener: window[0] === undefined };
    });
    expect(reached).toEqual({ frames: 0, found: 0, entries: [], roots: 0, opener: true });
    await page.close();
  });

  it("take no port from the page, and are not bound again when they are moved, removed or put back", async () => {
    const url = stand.webmail.show(uid, {
      script: `window.heard = [];
        addEventListener("message", (event) => heard.push(event.data));
        addEventListener("load", () => setInterval(() => {
          const host = document.querySelector("#message-content")?.previousElementSibling;
          for (const secret of ["", "0".repeat(32)]) host?.dispatchEvent(new MessageEvent("message", { data: { mailseal: "port", secret }, ports: [new MessageChannel().port1] }));
        }, 20));`,
    });
    const page = await stand.open(url);
    const before = stand.webmail.fetched.length;
    expect(await verdict(await page.frame(READER))).toBe("sentence_text_signed_encrypted");
    expect(stand.webmail.fetched.length - before).toBe(1);
    await page.evaluate(() => {
      const host = document.querySelector("#message-content")?.previousElementSibling;
      if (host) document.body.append(host);
    });
    await sleep(1000);
    expect(await drawn(page)).toBe("");
    await page.evaluate(() => {
      const host = document.body.lastElementChild as HTMLElement;
      host.remove();
      document.querySelector("#message-content")?.before(host);
    });
    await sleep(1000);
    expect(await drawn(page)).toBe("");
    expect(stand.webmail.fetched.length - before).toBe(1);
    expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.outerHTML.includes("The words that"))).toBe(false);
    await page.close();
  });

  it("a content script gets near no key, no identity and no setting", async () => {
    const url = stand.webmail.document("<p>broken into</p>");
    const page = await stand.open(url);
    const input = { request: { kind: "key-transport", certificateId: "x", algorithm: { $octets: "" }, encryptedKey: { $octets: "" }, keyLength: 32 }, visible: true };
    for (const [to, request] of [
      ["frame", "keys.unwrap"], ["frame", "keys.sign"], ["frame", "keys.certificates"], ["frame", "frame.redeem"], ["frame", "send.prepare"], ["frame", "verdict.show"],
      ["page", "identity.import"], ["page", "unlock.answer"], ["page", "unlock.details"], ["page", "locks.state"], ["page", "anchor.add"], ["page", "opening.allow"], ["page", "confirm.answer"], ["page", "state"],
      ["content", "keys.unwrap"], ["content", "identity.import"], ["content", "constructor"],
    ]) {
      expect(await stand.asContentScript(url, { to, name: request, input }), `${to} ${request}`).toEqual({ ok: false, code: "protocol.forbidden" });
    }
    await page.close();
  });
});
