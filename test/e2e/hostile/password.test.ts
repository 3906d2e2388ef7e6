import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openssl } from "../../lab/openssl.mjs";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { makeStand, READER, type Stand, verdict } from "./stand.ts";

const TEXT = "What only a password opens.";
const WORD = "the right word";

describe.each<BrowserName>(["chromium", "firefox"])("mail that is locked with a password, %s (architecture §1, rule 6)", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  async function locked(): Promise<{ page: Page; reader: Frame }> {
    const entity = `Content-Type: text/plain; charset=utf-8\r\n\r\n${TEXT}\r\n`;
    const { stdout } = await openssl(["cms", "-encrypt", "-aes256", "-binary", "-pwri_password", WORD], { input: Buffer.from(entity) });
    const uid = stand.webmail.add(Buffer.concat([Buffer.from("From: alice@lab.test\r\nTo: bob@lab.test\r\nSubject: [...]\r\nDate: Tue, 01 Sep 2026 10:00:00 +0000\r\n"), stdout]));
    const page = await stand.open(stand.webmail.show(uid));
    return { page, reader: await page.frame(READER) };
  }

  const windows = async (): Promise<string[]> => {
    const urls = await Promise.all((await stand.driver.pages()).map((each) => each.url().catch(() => "")));
    return urls.filter((url) => /\/secret\.html#/.test(url));
  };
  const password = (): Promise<Page> => stand.driver.waitForPage(/\/secret\.html#/);

  /** Types into the window, which closes itself. */
  async function answer(word: string): Promise<void> {
    const window = await password();
    expect(await window.text('[data-test="secret-why"]')).toContain(stand.webmail.origin);
    await window.type('[data-test="secret-password"]', word);
    await window.click('[data-test="secret-open"]');
  }

  it("opens by a password that is typed in a window of ours, and a wrong one fails like anything else", async () => {
    const { page, reader } = await locked();
    expect(await verdict(reader)).toBe("sentence_closed_password");
    await reader.click('[data-test="closed-password"]');
    await answer("another word");
    await reader.waitFor('[data-key="sentence_closed"]');
    expect(await reader.exists('[data-code="cms.decrypt-failed"]')).toBe(true);

    await page.activate();
    await reader.click('[data-test="closed-password"]');
    await answer(WORD);
    await reader.waitFor('[data-key="sentence_encrypted_only"]');
    // Nothing of it is in the page, in what the extension keeps, or in the toolbar.
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(TEXT);
    const { kept } = await stand.popup(await page.url());
    for (const secret of [TEXT, WORD, "another word"]) expect(kept).not.toContain(secret);
    await page.close();
  });

  it("leaves a way out: the window is closed, or the reader's Cancel is pressed", async () => {
    const { page, reader } = await locked();
    await reader.click('[data-test="closed-password"]');
    await (await password()).click('[data-test="secret-cancel"]');
    await reader.waitFor('[data-key="sentence_closed_password"]');

    await page.activate();
    await reader.click('[data-test="closed-password"]');
    const window = await password();
    await window.waitFor('[data-test="secret-password"]');
    await page.activate();
    await reader.click('[data-test="asking-cancel"]');
    await reader.until(() => document.querySelector('[data-test="asking-password"]') === null, { what: "stopped" });
    // Nobody waits for an answer any more, so the window goes.
    await vi.waitFor(async () => expect(await windows()).toEqual([]), { timeout: 10_000 });
    await page.close();
  });
});
