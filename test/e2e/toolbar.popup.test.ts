import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowserName } from "./driver/launch.ts";
import { plain } from "./hostile/mail.ts";
import { makeStand, READER, type Stand, verdict } from "./hostile/stand.ts";

const hidden = "zxword-under-the-encryption";
/** A protected header: what the reader shows is inside the encryption. */
const entity = plain("The text").replace("charset=utf-8", `charset=utf-8; hp="cipher"`).replace("\r\n\r\n", `\r\nFrom: Alice Example <alice@lab.test>\r\nTo: Bob Example <bob@lab.test>\r\nSubject: ${hidden}\r\nDate: Tue, 01 Sep 2026 10:00:00 +0000\r\n\r\n`);

/** The popup's names come from the visible reader of the tab, in memory alone (architecture §6). */
describe.each<BrowserName>(["chromium", "firefox"])("the toolbar's popup, %s", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  it("names From, Subject and date of the message that can be seen, which come into no storage, title or badge", async () => {
    const url = stand.webmail.show(stand.webmail.add(await stand.mail.signAndEncrypt(entity, "alice")));
    const page = await stand.open(url);
    expect(await verdict(await page.frame(READER))).toBe("sentence_verified_encrypted");
    const named = { from: { name: "Alice Example", address: "alice@lab.test" }, subject: hidden, date: "2026-09-01T10:00:00.000Z" };
    const { answer, kept } = await stand.popup(url);
    expect(answer).toMatchObject({ verdict: { sentence: "sentence_verified_encrypted" }, message: named });
    expect(kept).toContain("alice@lab.test");
    expect(kept).not.toContain(hidden);

    await stand.driver.stopBackground();
    expect((await stand.popup(url)).answer).toMatchObject({ message: named });

    await page.evaluate(() => document.querySelector("#message-content")?.previousElementSibling?.remove());
    await expect.poll(async () => (await stand.popup(url)).answer, { timeout: 15_000 }).toBeNull();
    await page.close();
  });

  it("tells a content script nothing of it", async () => {
    const url = stand.webmail.show(stand.webmail.add(await stand.mail.signAndEncrypt(entity, "alice")));
    const page = await stand.open(url);
    await verdict(await page.frame(READER));
    const ask = (to: string, question: string, input: object) => stand.asContentScript(url, { to, name: question, input });
    for (const to of ["content", "page"]) expect(await ask(to, "verdict.current", { tab: "1" })).toEqual({ ok: false, code: "protocol.forbidden" });
    expect(await ask("frame", "popup.tell", { question: "q", message: null })).toEqual({ ok: false, code: "protocol.forbidden" });
    await page.close();
  });
});
