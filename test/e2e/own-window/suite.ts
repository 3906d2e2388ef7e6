import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { openMessage, readShown } from "../people/read.ts";
import { addCertificates, setUp } from "../people/set-up.ts";
import { randomWord } from "../people/words.ts";
import { openComposer, send, write } from "../people/write.ts";
import { type ManagedBrowser, managedBrowser } from "../policy/managed-browser.ts";
import { leaves, opensslDecrypt, opensslVerify } from "../walk-through/evidence.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const OWN_WINDOW = /\/compose-window\.html/;

/** The composer in a window of its own (architecture §2), in a lab of its own; Firefox reads its policy at the start, Chromium while it runs. */
export function ownWindowSuite(browser: BrowserName): void {
  describe(`the composer's own window in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;
    let managed: ManagedBrowser;
    const words: string[] = [];
    const word = (): string => {
      const made = randomWord();
      words.push(made);
      return made;
    };

    beforeAll(async () => {
      lab = await startLab({ name: `own-window-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      managed = managedBrowser(lab, browser, { ComposeInOwnWindow: browser === "firefox" });
      alice = await arrive(office, "alice", managed.program);
      await setUp(alice, office);
      await addCertificates(alice, [lab.certificates.certificate("bob")]);
    });
    afterAll(async () => {
      await alice?.driver.close();
      await lab?.stop();
    });

    const windows = async (): Promise<Page[]> => {
      const pages = await alice.driver.pages();
      const urls = await Promise.all(pages.map((page) => page.url().catch(() => "")));
      return pages.filter((_, index) => OWN_WINDOW.test(urls[index] ?? ""));
    };
    const untilWindows = (count: number): Promise<Page[]> => poll(async () => ((all) => (all.length === count ? all : null))(await windows()), `${count} windows`, 30_000);
    const composerFrames = async (): Promise<number> => {
      const urls = await Promise.all((await alice.page.frames()).map((frame) => frame.url().catch(() => "")));
      return urls.filter((url) => url.includes("/composer.html")).length;
    };
    /** What Bob got last, opened and verified by OpenSSL. */
    async function bobReads(): Promise<{ text: string; signer: string }> {
      const raw = (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw ?? Buffer.alloc(0);
      const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, raw, "bob"));
      return { text: leaves(content.toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join(), signer };
    }
    async function newWindow(): Promise<Page> {
      await alice.page.activate();
      const before = (await windows()).length;
      await alice.page.click("[data-mailseal=compose]");
      const window = (await untilWindows(before + 1)).at(-1) as Page;
      await window.waitFor(`${test("send")}:enabled`);
      return window;
    }

    it.runIf(browser === "chromium")("moves there what is being written in the page", async () => {
      const text = word();
      const composer = await openComposer(alice);
      await write(composer, { to: ["bob@lab.test"], subject: `Moved ${text}`, text: `Begun in the page ${text}`, sign: true, encrypt: true });
      await composer.click(test("move-to-window"));
      const [window] = (await untilWindows(1)) as [Page];
      await window.waitFor(`${test("chip")}[data-address="bob@lab.test"][data-state="found"]`);
      expect(await window.text(test("editor"))).toContain(`Begun in the page ${text}`);
      for (const toggle of ["sign", "encrypt"]) expect(await window.exists(`${test(toggle)}[aria-pressed="true"]`)).toBe(true);
      expect(await composerFrames()).toBe(0);
      await send(window);
      expect(await bobReads()).toMatchObject({ text: expect.stringContaining(text) as string, signer: "alice@lab.test" });
      await window.click(test("result-close"));
      await untilWindows(0);
      managed.set({ ComposeInOwnWindow: true });
      const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
      await options.waitFor(`${test("compose-in-own-window")}:checked:disabled`, { timeout: 60_000 });
      await options.close();
    });

    it("is where the webmail's control leads under the policy, with nothing of the message in its address or title; what it sends OpenSSL opens", async () => {
      const text = word();
      const window = await newWindow();
      expect(await composerFrames()).toBe(0);
      expect(await window.exists(test("move-to-window"))).toBe(false);
      await write(window, { to: ["bob@lab.test"], subject: `Plan ${text}`, text: `Written in a window ${text}`, sign: true, encrypt: true });
      expect(await window.url()).toMatch(/\/compose-window\.html$/);
      expect(await window.evaluate(() => document.title)).toBe("Secure message");
      await send(window);
      expect(await bobReads()).toMatchObject({ text: expect.stringContaining(text) as string, signer: "alice@lab.test" });
      await window.click(test("result-close"));
      await untilWindows(0);
      expect(await composerFrames()).toBe(0);
    });

    it("answers an encrypted message, while another window is open", async () => {
      const [quoted, text] = [randomWord(), word()];
      const other = await newWindow();
      await other.type(test("subject"), "Waits");
      const uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: `Question ${quoted}`, text: `Asked by Bob ${quoted}`, options: ["--encrypt", lab.certificates.certificate("alice")] }));
      await alice.page.activate();
      await openMessage(alice, office, uid);
      const { reader } = await readShown(alice);
      await reader.click(test("reply"));
      await untilWindows(2);
      const replies = await poll(async () => {
        for (const window of await windows()) if (await window.exists(`${test("chip")}[data-address="bob@lab.test"]`)) return window;
        return null;
      }, "the answer's window", 60_000);
      await replies.until((wanted) => document.querySelector<HTMLElement>('[data-test="editor"]')?.innerText.includes(wanted), { what: "the quote" }, quoted);
      await replies.waitFor(`${test("encrypt")}[aria-pressed="true"]`);
      await replies.click(test("editor"));
      await replies.keys(`Answered ${text} `);
      await send(replies);
      // Nothing is signed in an answer by itself, and this one is encrypted because its original was.
      const raw = (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw ?? Buffer.alloc(0);
      const read = leaves((await opensslDecrypt(lab, raw, "bob")).toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join();
      expect(read).toContain(text);
      expect(read).toContain(quoted);
      await replies.click(test("result-close"));
      const [left] = (await untilWindows(1)) as [Page];
      expect(await left.evaluate(() => document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value)).toBe("Waits");
      // Loaded anew it has no ticket any more, and says where its message is, which was kept before.
      await left.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText !== "", { what: "Saved", timeout: 15_000 }, test("saved"));
      await left.reload();
      await left.waitFor(test("window-over"));
      await left.click(test("close"));
      await untilWindows(0);
    });

    it("takes over what was typed into the webmail's own composer, and asks about it once before it goes", async () => {
      const text = word();
      await alice.page.activate();
      await alice.page.goto(`${lab.web}/?_task=mail&_action=compose&_to=bob@lab.test`);
      await alice.page.type("#compose-subject", "Typed in the page");
      await alice.page.click("[data-mailseal=encrypt]");
      const [window] = (await untilWindows(1)) as [Page];
      expect(await composerFrames()).toBe(0);
      await window.waitFor(`${test("chip")}[data-address="bob@lab.test"][data-state="found"]`);
      await window.click(test("editor"));
      await window.keys(`Added in the window ${text}`);
      if (!(await window.exists(`${test("encrypt")}[aria-pressed="true"]`))) await window.click(test("encrypt"));
      // A click counts only once the window has been shown for a while.
      await window.until(() => performance.now() > 2000, { what: "the window has been shown for a while" });
      await window.click(test("send"));
      await window.waitFor(test("from-page-dialog"));
      expect(await window.text(test("from-page-dialog"))).toContain("bob@lab.test");
      await window.click(test("from-page-send"));
      await window.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
      expect(String(await opensslDecrypt(lab, (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw ?? Buffer.alloc(0), "bob"))).toContain(text);
      await window.click(test("result-close"));
      await untilWindows(0);
      await alice.page.goto(`${lab.web}/?_task=mail`);
    });

    it("loses nothing when the webmail is closed in the middle, says so, and sends once it is open again", async () => {
      const text = word();
      const first = await newWindow();
      await first.waitFor(test("draft-notice"));
      await first.click(test("draft-restore"));
      await first.until(() => document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value === "Waits", { what: "the draft of the window that was loaded anew" });
      await first.click(test("subject"));
      // The window is gone before the key is up again.
      await first.press("Escape").catch(() => undefined);
      await untilWindows(0);
      const window = await newWindow();
      await window.click(test("notice-dismiss"));
      await write(window, { to: ["bob@lab.test"], subject: `Late ${text}`, text: `Kept ${text}`, sign: false, encrypt: true });
      // At every turn the webmail loads a new document; the window goes on with that.
      await alice.page.goto(`${lab.web}/?_task=addressbook`);
      await alice.page.close();
      await window.activate();
      await window.waitFor(test("away-notice"), { timeout: 30_000 });
      await window.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText !== "", { what: "Saved", timeout: 15_000 }, test("saved"));
      await window.click(test("send"));
      await window.waitFor(`${test("problem")}[data-code="webmail.closed"]`);
      await window.click(test("problem-dismiss"));
      await window.click(test("away-open"));
      alice.page = await alice.driver.waitForPage(new RegExp(`^${lab.web}/`));
      await window.activate();
      await window.until((selector) => document.querySelector(selector) === null, { what: "the webmail is there again", timeout: 30_000 }, test("away-notice"));
      await send(window);
      expect(await opensslDecrypt(lab, (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw ?? Buffer.alloc(0), "bob").then(String)).toContain(text);
      expect(await lab.searchEverywhere(words, [alice.driver.profile])).toEqual([]);
    });

    it("is emptied at once by the webmail's own sign-out, and keeps its draft", async () => {
      const text = word();
      const before = (await windows()).length;
      const window = await newWindow();
      await write(window, { to: ["bob@lab.test"], subject: `Left ${text}`, text: `Unsent ${text}`, sign: false, encrypt: true });
      await alice.page.activate();
      await alice.page.click("a.logout");
      await window.waitFor(`${test("emptied")}[data-why="ended"][data-written="kept"]`);
      expect(await window.evaluate(() => document.documentElement.outerHTML)).not.toContain(text);
      await window.activate();
      await window.click(test("emptied-close")).catch(() => undefined);
      await untilWindows(before);
      expect(await lab.searchEverywhere(words, [alice.driver.profile])).toEqual([]);
    });
  });
}
