import { createPrivateKey } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { compose, type Desk, openDesk, startAgain, test } from "../faults/desk.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { openMessage } from "../people/read.ts";
import { importKey, openSetUp } from "../people/set-up.ts";
import { confirmSend } from "../people/write.ts";

const PASSPHRASE = "vier Wörter ohne Sinn";
const TEXT = "What only Alice's key opens.";

/** Software keys under a passphrase, from the import to locking, in one browser with one lab. */
export function keysSuite(browser: BrowserName): void {
  describe(`keys under a passphrase, in ${browser} (architecture §5)`, () => {
    let desk: Desk;
    let uid: number;
    beforeAll(async () => {
      desk = await openDesk(browser, { name: "keys", passphrase: PASSPHRASE });
      const { lab } = desk;
      // Without protection, to see that the search in the profile finds what lies there.
      const setup = await openSetUp(desk.alice, desk);
      await importKey(setup, { ...lab.certificates.pkcs12("carol"), trust: [] });
      await setup.close();
      await desk.alice.page.activate();
      uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: "Locked", text: TEXT, options: ["--encrypt", lab.certificates.certificate("alice")] }));
    });
    afterAll(() => desk?.close());

    const readerOf = (): Promise<Frame> => desk.alice.page.frame(/-extension:\/\/[^/]+\/reader\.html/);

    /** Types into the unlock window, which closes itself when the key opens. */
    async function unlock(passphrase = PASSPHRASE): Promise<Page> {
      const window = await desk.alice.driver.waitForPage(/\/unlock\.html#/);
      await window.type(test("unlock-passphrase"), passphrase);
      await window.click(test("unlock-open"));
      return window;
    }

    const opened = async (): Promise<void> => (await readerOf()).waitFor('[data-key="sentence_verified_encrypted"]');
    const closed = async (): Promise<Frame> => {
      const reader = await readerOf();
      await reader.waitFor(`${test("closed")}[data-code="keys.locked"]`);
      return reader;
    };

    it("opens at once after the import, and is locked by the browser's end", async () => {
      await openMessage(desk.alice, desk, uid);
      await opened();
      await desk.alice.driver.close();
      await startAgain(desk);
      await openMessage(desk.alice, desk, uid);
      await closed();
    });

    it("asks in a window of ours that says which key, which message and where, and says a wrong passphrase, and waits after the third", async () => {
      await (await closed()).click(test("closed-unlock"));
      const window = await desk.alice.driver.waitForPage(/\/unlock\.html#/);
      expect(await window.text(test("unlock-why"))).toContain(desk.web);
      const facts = await window.text(test("unlock-facts"));
      expect(facts).toContain("alice@lab.test");
      expect(facts).toContain("bob@lab.test");
      await unlock("vier Wörter mit Sinn");
      await window.waitFor('[data-code="keys.passphrase-wrong"]');
      expect(await window.exists(test("unlock-wait"))).toBe(false);
      for (const more of ["!", "?", "."]) {
        await window.type(test("unlock-passphrase"), more);
        await window.click(test("unlock-open"));
        await window.waitFor('[data-code="keys.passphrase-wrong"]');
      }
      await window.waitFor(test("unlock-wait"));
      await window.click(test("unlock-cancel"));
      await desk.alice.page.activate();
      await closed();
    });

    it("opens the message by itself after unlocking, and stays unlocked when the background is ended", async () => {
      await (await closed()).click(test("closed-unlock"));
      await unlock();
      await desk.alice.page.activate();
      await opened();
      await desk.alice.driver.stopBackground();
      await desk.alice.page.reload();
      await opened();
    });

    it("locks at once from the toolbar's popup, and Send then asks and goes on; giving up loses nothing", async () => {
      const popup = await desk.alice.driver.open(`${desk.alice.driver.extension}/popup.html`);
      await popup.click(test("lock-now"));
      await popup.waitFor(test("locks-unlock"));
      await popup.close();
      await desk.alice.page.activate();
      const composer = await compose(desk);
      await composer.click(test("send"));
      await (await desk.alice.driver.waitForPage(/\/unlock\.html#/)).click(test("unlock-cancel"));
      await desk.alice.page.activate();
      await composer.waitFor(`${test("send")}:enabled`);
      expect(await composer.text(test("editor"))).toContain(desk.secrets.at(-1));
      await sleep(1000);
      await composer.click(test("send"));
      await unlock();
      await desk.alice.page.activate();
      if (browser === "firefox") confirmSend(desk.alice.driver, 5000).catch(() => undefined);
      await composer.waitFor(`${test("result")}[data-state="sent"]`, { timeout: 60_000 });
    });

    it("leaves no octet of the private key and no passphrase in the profile", async () => {
      const { lab, alice } = desk;
      await alice.driver.close();
      const profile = filesIn(alice.driver.profile).map((path) => ({ path, octets: readFileSync(path) }));
      const holding = (needles: Buffer[]): string[] => profile.filter(({ octets }) => needles.some((needle) => octets.includes(needle))).map(({ path }) => path);
      expect(holding(numbersOf(lab.certificates.key("carol"))), "the search finds a key without protection").not.toEqual([]);
      expect(holding([...numbersOf(lab.certificates.key("alice")), Buffer.from(PASSPHRASE, "utf8"), Buffer.from(PASSPHRASE, "utf16le")])).toEqual([]);
    });
  });
}

/** Parts of a key's secret numbers, in both orders of octets: d, p and q of RSA, d of a curve. */
function numbersOf(path: string): Buffer[] {
  const { d, p, q } = createPrivateKey(readFileSync(path)).export({ format: "jwk" });
  const parts = [d, p, q].flatMap((number) => (number === undefined ? [] : [Buffer.from(number, "base64url").subarray(8, 40)]));
  return [...parts, ...parts.map((part) => Buffer.from(part).reverse())];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}
