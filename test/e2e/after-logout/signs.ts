import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { arrive, type Office, type Person, signIn } from "../people/person.ts";
import { readShown } from "../people/read.ts";
import { allowWebmail, openSetUp, setUp } from "../people/set-up.ts";
import { composerOf, openComposer } from "../people/write.ts";
import { randomWord } from "../people/words.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const PASSPHRASE = "vier Wörter ohne Sinn";

/**
 * The signs of a sign-out that need no press of the webmail's own button (docs/decisions/0023-after-logout.md), each brought about in
 * Roundcube: what was decrypted is gone from other tabs, and the key is locked.
 */
export function signsSuite(browser: BrowserName): void {
  describe(`signs of a sign-out in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let alice: Person;
    let uid: number;
    const [read, written] = [randomWord(), randomWord()];
    /** The same webmail under another name: another origin with cookies of its own. */
    let second: string;

    beforeAll(async () => {
      lab = await startLab({ name: `signs-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      second = lab.web.replace("127.0.0.1", "localhost");
      alice = await arrive(office, "alice");
      await setUp(alice, office, { ...lab.certificates.pkcs12("alice"), trust: [lab.certificates.rootSha256], passphrase: PASSPHRASE });
      uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: "Signs", text: `Read ${read}`, options: ["--encrypt", lab.certificates.certificate("alice")] }));
    });
    afterAll(async () => {
      await alice?.driver.close();
      await lab?.stop();
    });

    const held = (frame: Frame): Promise<string[]> => frame.evaluate((words) => {
      const text = document.documentElement.outerHTML + Array.from(document.querySelectorAll("input, textarea"), (field) => (field as HTMLInputElement).value).join();
      return words.filter((word) => text.includes(word));
    }, [read, written]);

    async function isLocked(): Promise<boolean> {
      const popup = await alice.driver.open(`${alice.driver.extension}/popup.html`);
      await popup.waitFor(`${test("lock-now")}, ${test("locks-unlock")}`);
      const locked = await popup.exists(test("locks-unlock"));
      await popup.close();
      return locked;
    }

    async function allow(web: string): Promise<void> {
      const setup = await openSetUp(alice, { ...office, web });
      await allowWebmail(setup, alice, { ...office, web }, "setup-skip");
      await setup.close();
    }

    async function unlock(page: Page): Promise<void> {
      const window = await alice.driver.waitForPage(/\/unlock\.html#/);
      await window.type(test("unlock-passphrase"), PASSPHRASE);
      await window.click(test("unlock-open"));
      await page.activate();
    }

    /** A tab with the message opened, its key unlocked where it is not. */
    async function openReader(web = lab.web): Promise<{ page: Page; reader: Frame }> {
      const page = await alice.driver.open(`${web}/?_task=mail&_action=show&_uid=${uid}&_mbox=INBOX`);
      const frame = await page.frame(/-extension:\/\/[^/]+\/reader\.html/);
      await frame.waitFor(`${test("reader-body")}, ${test("closed-unlock")}`);
      if (await frame.exists(test("closed-unlock"))) {
        await frame.click(test("closed-unlock"));
        await unlock(page);
        await frame.waitFor(test("reader-body"));
      }
      const { reader, body } = await readShown({ ...alice, page });
      expect(body).toContain(read);
      return { page, reader };
    }

    /** Alice signed in, with a message open in one tab and another one begun in a second. */
    async function atWork(): Promise<{ reading: Page; reader: Frame; composer: Frame }> {
      await alice.page.activate();
      await alice.page.goto(`${lab.web}/?_task=mail&_mbox=INBOX`);
      if (await alice.page.exists("#rcmloginuser")) await signIn(alice.page, alice.address, lab.password("alice"));
      const { page: reading, reader } = await openReader();
      await alice.page.activate();
      const composer = await openComposer(alice);
      if (await composer.exists(test("notice-dismiss"))) await composer.click(test("notice-dismiss"));
      await composer.type(test("subject"), `Written ${written}`);
      expect([await held(reader), await held(composer), await isLocked()]).toEqual([[read], [written], false]);
      await alice.page.activate();
      return { reading, reader, composer };
    }

    async function allGone({ reading, reader }: { reading: Page; reader: Frame }, composer: Frame | null): Promise<void> {
      for (const frame of composer === null ? [reader] : [reader, composer]) {
        await frame.waitFor(`${test("emptied")}[data-why="ended"]`, { hidden: true });
        expect(await held(frame)).toEqual([]);
      }
      expect(await isLocked()).toBe(true);
      await reading.close();
      await alice.page.activate();
    }

    it("a session that the server has forgotten, by the answer to a request of ours", async () => {
      const { composer, ...open } = await atWork();
      await promisify(execFile)("sqlite3", [lab.roundcube.database, ".timeout 5000", "delete from session"]);
      // Leaving stores the draft on the server, which knows nobody any more.
      await composer.click(test("close"));
      await allGone(open, null);
    });

    it("a draft that was kept then is restored once its author's key is unlocked", async () => {
      await alice.page.goto(`${lab.web}/?_task=mail&_mbox=INBOX`);
      if (await alice.page.exists("#rcmloginuser")) await signIn(alice.page, alice.address, lab.password("alice"));
      const composer = await openComposer(alice);
      await composer.waitFor(test("draft-notice"));
      expect(await isLocked()).toBe(true);
      await alice.page.activate();
      await composer.click(test("draft-restore"));
      await unlock(alice.page);
      await composer.until((word) => document.querySelector<HTMLInputElement>('[data-test="subject"]')?.value.includes(word), { what: "the draft" }, written);
      await composer.click(test("close"));
    });

    it("another account in the same tab", async () => {
      const { composer, reading, reader } = await atWork();
      // By requests that no document shows: the webmail's login page would be a sign of its own.
      await expect.poll(() => alice.page.evaluate(async (user, password) => {
        const text = async (query: string, init: RequestInit = {}): Promise<string> => (await fetch(query, init)).text();
        await fetch(`?_task=logout&_token=${(window as unknown as { rcmail: { env: { request_token: string } } }).rcmail.env.request_token}`);
        const token = /name="_token" value="([^"]+)"/.exec(await text("?_task=login"))?.[1] ?? "";
        await fetch("?_task=login", { method: "POST", body: new URLSearchParams({ _token: token, _task: "login", _action: "login", _user: user, _pass: password }) });
        return (await text("?_task=settings&_action=identities")).includes(user);
      }, lab.address("bob"), lab.password("bob")), { timeout: 15_000 }).toBe(true);
      expect([await held(reader), await held(composer)]).toEqual([[read], [written]]);
      await alice.page.goto(`${lab.web}/?_task=mail&_mbox=INBOX`);
      expect(await alice.page.exists("a.logout")).toBe(true);
      await allGone({ reading, reader }, null);
      await alice.page.click("a.logout");
      await alice.page.waitFor("#rcmloginuser");
    });

    it("the last tab of the webmail closed, and no tab before it", async () => {
      const { reading } = await atWork();
      const elsewhere = await alice.driver.open(`${alice.driver.extension}/options.html`);
      await alice.page.close();
      expect(await isLocked()).toBe(false);
      await reading.close();
      await expect.poll(isLocked, { timeout: 10_000 }).toBe(true);
      alice.page = await alice.driver.open(`${lab.web}/`);
      await elsewhere.close();
    });

    it("the session's cookie gone, where the person lets Mailseal see that", async () => {
      const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
      await options.click(test("after-logout-cookies"));
      await options.until((selector) => document.querySelector(selector) === null, { what: "cookies are allowed" }, test("after-logout-cookies"));
      // A cookie has no port: Chromium tells of those of the default port, which the lab's webmail has not.
      await allow(lab.web.replace(/:\d+$/, ""));
      const { composer, ...open } = await atWork();
      await options.evaluate(async (url) => {
        const { cookies } = (globalThis as unknown as { chrome: { cookies: { remove: (which: { url: string; name: string }) => Promise<unknown> } } }).chrome;
        await cookies.remove({ url, name: "roundcube_sessauth" });
      }, lab.web);
      await allGone(open, composer);
      await options.close();
    });

    it("a sign-out of one of two webmails empties its own frames alone", async () => {
      await allow(second);
      const { reading, reader } = await atWork();
      const other = await alice.driver.open(`${second}/`);
      await signIn(other, alice.address, lab.password("alice"));
      const there = await openReader(second);
      await other.activate();
      await other.click("a.logout");
      await there.reader.waitFor(`${test("emptied")}[data-why="ended"]`, { hidden: true });
      expect([await held(there.reader), await held(reader), await held(await composerOf(alice))]).toEqual([[], [read], [written]]);
      // The key is bound to both webmails, and so locked by either.
      expect(await isLocked()).toBe(true);
      for (const page of [there.page, other, reading]) await page.close();
    });
  });
}
