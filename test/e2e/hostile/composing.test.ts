import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowserName } from "../driver/launch.ts";
import type { Frame, Page } from "../driver/driver.ts";
import { COMPOSER, makeStand, type Stand } from "./stand.ts";

const planted = { to: "bob@lab.test", cc: "", bcc: "eve@lab.test", subject: "From the page", text: "What the page wants Bob to say." };
const control = '[data-test="send"]';

/** Lays something of the page over Send, so that a click meant for it goes through to ours. */
const DECOY = `<div id="decoy" style="position:fixed;inset:0;z-index:2147483647;pointer-events:none;background:#fff">Click here to win</div>`;

describe.each<BrowserName>(["chromium", "firefox"])("composing in a hostile page, %s", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  /** A composer that took over what the page had planted, in a page of its own. */
  async function plant(): Promise<{ page: Page; composer: Frame }> {
    const page = await stand.open(stand.webmail.compose(planted));
    await page.click("[data-mailseal=encrypt]");
    const composer = await page.frame(COMPOSER);
    await composer.waitFor(`${control}:enabled`);
    await composer.waitFor('[data-test="native-notice"]');
    return { page, composer };
  }

  const sendsAsked = (): string[] => stand.webmail.requests.filter((each) => /_action=(import|bounce|send)/.test(each));

  it("a draft of the page shows every recipient, the hidden ones too, and says where its text comes from", async () => {
    const { page, composer } = await plant();
    const shown = await composer.evaluate(() => Array.from(document.querySelectorAll<HTMLElement>('[data-test="chip"]'), (chip) => [chip.dataset["address"], chip.offsetWidth > 0]));
    expect(shown).toEqual([["bob@lab.test", true], ["eve@lab.test", true]]);
    await page.close();
  });

  it("no script of the page presses our controls or opens our composer", async () => {
    const page = await stand.open(stand.webmail.compose(planted));
    await page.waitFor("[data-mailseal=encrypt]");
    await page.evaluate(() => {
      for (const each of document.querySelectorAll<HTMLElement>("[data-mailseal]")) {
        each.click();
        each.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
      }
    });
    await sleep(700);
    expect(await Promise.all((await page.frames()).map((frame) => frame.url()))).toEqual([]);
    await page.close();
  });

  it("a click through a decoy over Send sends nothing", async () => {
    const { page, composer } = await plant();
    // Only Bob stays, who can be written to encrypted, so that nothing else stops this Send.
    await composer.click('[data-test="chip"][data-address="eve@lab.test"] .chip-remove');
    await composer.waitFor('[data-test="chip"][data-address="bob@lab.test"][data-state="found"]');
    await sleep(1200);
    await page.evaluate((html) => document.body.insertAdjacentHTML("beforeend", html), DECOY);
    await sleep(300);
    const press = (): Promise<void> => composer.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.focus(), control).then(() => composer.press("Enter"));
    for (const end = Date.now() + 20_000; ; ) {
      await press();
      await sleep(700);
      const problem = await composer.evaluate(() => document.querySelector<HTMLElement>('[data-test="problem"]')?.dataset["code"] ?? "");
      // Right after its start the background does not know yet whether there is a policy, and sends nothing for that reason.
      if (problem !== "send.policy-unknown" || Date.now() > end) break;
      await composer.evaluate(() => document.querySelector<HTMLElement>('[data-test="problem-dismiss"]')?.click());
    }
    if (name === "chromium") {
      expect(await composer.evaluate(() => document.querySelector<HTMLElement>('[data-test="problem"]')?.dataset["code"])).toBe("send.not-visible");
    } else {
      const window = await stand.driver.waitForPage(/\/confirm\.html/);
      await window.waitFor('[data-test="confirm-yes"]');
      const shown = await window.evaluate(() => document.body.innerText);
      for (const words of ["bob@lab.test", planted.subject, planted.text]) expect(shown).toContain(words);
      await window.click('[data-test="confirm-no"]');
      await composer.waitFor(`${control}:enabled`);
    }
    expect(sendsAsked()).toEqual([]);
    await page.close();
  });

  it("a script's click on Send in our own frame is none either", async () => {
    const { page, composer } = await plant();
    await sleep(1200);
    await composer.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.click(), control);
    await sleep(500);
    expect(await composer.evaluate(() => document.querySelector('[data-test="problem"], [data-test="result"], [data-test="send-progress"]'))).toBeNull();
    expect(sendsAsked()).toEqual([]);
    await page.close();
  });
});
