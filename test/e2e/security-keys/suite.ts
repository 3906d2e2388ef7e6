import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame, Page, VirtualSecurityKey } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { type Desk, openDesk, test } from "../faults/desk.ts";
import { sealedByCli } from "../people/cli-mail.ts";
import { openMessage } from "../people/read.ts";
import { openSetUp } from "../people/set-up.ts";

/** Firefox asks security keys only in the name of a domain, and nobody serves this one: nothing is loaded from it. */
const RELYING_PARTY = "keys.lab.test";
const PASSPHRASE = "vier Wörter ohne Sinn";

/** What the page of a webmail got of a security key. */
type Got = { error: string } | { secret: boolean };

/** Who knows all that the database has of a security key. */
interface Known {
  credential: string;
  salt: string;
}

/**
 * A key under security keys, in one browser with one lab. Chromium's virtual ones belong to one tab, so what asks for them is loaded in
 * the tab that has them.
 */
export function securityKeysSuite(browser: BrowserName): void {
  describe(`keys under a security key, in ${browser} (architecture §5)`, () => {
    let desk: Desk;
    let tab: Page;
    let blue: VirtualSecurityKey;
    let uid: number;
    let code: string;
    beforeAll(async () => {
      desk = await openDesk(browser, { name: "security-keys", ...(browser === "firefox" && { settings: { WebAuthnRelyingParty: RELYING_PARTY } }) });
      const { lab } = desk;
      uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: "Locked", text: "What only Alice's key opens.", options: ["--encrypt", lab.certificates.certificate("alice")] }));
      // The same file again: what lay without protection is replaced.
      tab = await openSetUp(desk.alice, desk);
      blue = await tab.addSecurityKey();
      // The window closes itself when it was answered; this tab is to stay, and its security keys with it.
      if (browser === "chromium") await tab.atEachLoad(() => (window.close = () => undefined));
    });
    afterAll(() => desk?.close());

    const readerOf = (): Promise<Frame> => desk.alice.page.frame(/-extension:\/\/[^/]+\/reader\.html/);
    const opened = async (): Promise<void> => (await readerOf()).waitFor('[data-key="sentence_verified_encrypted"]');

    async function lockNow(): Promise<void> {
      const popup = await desk.alice.driver.open(`${desk.alice.driver.extension}/popup.html`);
      await popup.click(test("lock-now"));
      await popup.waitFor(test("locks-unlock"));
      await popup.close();
      await desk.alice.page.activate();
    }

    /** Asks to unlock in the reader, and loads what the window shows in the tab that has the security keys. */
    async function askToUnlock(): Promise<Page> {
      // Away from what it showed for the question before.
      await openOptions();
      await lockNow();
      await desk.alice.page.reload();
      await openMessage(desk.alice, desk, uid);
      const reader = await readerOf();
      await reader.waitFor(`${test("closed")}[data-code="keys.locked"]`);
      await reader.click(test("closed-unlock"));
      const window = await desk.alice.driver.waitForPage(/\/unlock\.html#/);
      await tab.activate();
      await tab.goto(await window.url());
      return window;
    }

    /** Answers what that window asks, and sees the message open by itself. */
    async function unlock(window: Page): Promise<void> {
      await tab.click(test("unlock-open"));
      await desk.alice.page.activate();
      await opened();
      // It closes itself when it hears that nobody asks any more.
      await window.close().catch(() => undefined);
    }

    async function openOptions(): Promise<void> {
      await tab.activate();
      await tab.goto(`${desk.alice.driver.extension}/options.html`);
      await tab.waitFor(test("protection"));
    }

    it("is registered in set-up, shows a recovery code once, and opens at once after the import", async () => {
      const { path, password } = desk.lab.certificates.pkcs12("alice");
      await tab.setFiles(test("setup-file"), [path]);
      await tab.type(test("setup-password"), password);
      await tab.click(test("setup-look"));
      await tab.click(test("protection-security-key"));
      if (browser === "firefox") {
        await tab.waitFor('[data-code="keys.relying-party-permission"]');
        await tab.click(test("relying-party-allow"));
      }
      await tab.type(test("security-key-label"), "Blue key");
      await tab.click(test("security-key-register"));
      code = await tab.text(test("recovery-code-value"));
      expect(code).toMatch(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
      await tab.click(test("recovery-kept"));
      await tab.click(test("setup-import"));
      await tab.waitFor(test("setup-imported"));
      await desk.alice.page.activate();
      await openMessage(desk.alice, desk, uid);
      await opened();
    });

    it("answers nothing to a webmail's page, in its own name or in ours, even to one that knows credential and salt", async () => {
      await openOptions();
      const known = await tab.evaluate(async (): Promise<Known> => {
        interface Asking { runtime: { sendMessage(message: object): Promise<{ output: unknown }> } }
        const { browser, chrome } = globalThis as unknown as { browser?: Asking; chrome: Asking };
        const ask = async (name: string, input: unknown): Promise<unknown> => (await (browser ?? chrome).runtime.sendMessage({ to: "page", name, input })).output;
        const { vaults } = (await ask("locks.state", null)) as { vaults: { id: string }[] };
        const [first] = (await ask("locks.authenticators", { vault: vaults[0]?.id })) as { credential: { $octets: string }; salt: { $octets: string } }[];
        return { credential: first?.credential.$octets ?? "", salt: first?.salt.$octets ?? "" };
      });
      expect(known.credential).not.toBe("");
      const ask = (relyingParty: string | null): Promise<Got> =>
        tab.evaluate(
          async (rpId, { credential, salt }): Promise<Got> => {
            const octets = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
            try {
              const found = (await navigator.credentials.get({
                publicKey: { challenge: new Uint8Array(32), timeout: 3000, userVerification: "required", ...(rpId !== null && { rpId }), allowCredentials: [{ type: "public-key", id: octets(credential) }], extensions: { prf: { eval: { first: octets(salt) } } } },
              })) as PublicKeyCredential | null;
              return { secret: found?.getClientExtensionResults().prf?.results !== undefined };
            } catch (error) {
              return { error: error instanceof Error ? error.name : "" };
            }
          },
          relyingParty,
          known,
        );
      const ours = browser === "firefox" ? RELYING_PARTY : new URL(desk.alice.driver.extension).host;
      // A number is nobody's relying party; a name on loopback is one, without HTTPS.
      for (const origin of [desk.web, desk.web.replace("127.0.0.1", "mail.localhost")]) {
        await tab.goto(`${origin}/`);
        for (const relyingParty of [null, ours, "mail.localhost", "lab.test"]) expect(await ask(relyingParty), `${origin} asks for ${String(relyingParty)}`).toMatchObject({ error: expect.stringMatching(/^(?:SecurityError|NotAllowedError)$/) as string });
      }
    });

    it("unlocks what was locked, in the window that says why", async () => {
      const window = await askToUnlock();
      expect(await tab.text(test("unlock-facts"))).toContain("alice@lab.test");
      await unlock(window);
    });

    it("is not needed by whoever has the recovery code", async () => {
      const window = await askToUnlock();
      await tab.click(test("unlock-lost"));
      await tab.type(test("recovery-typed"), code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
      await unlock(window);
    });

    it("is followed by a second one, which whoever lost the first registers with the recovery code, and which unlocks beside it", async () => {
      await openOptions();
      // Two virtual ones at once do not wait for their owner to choose: Firefox takes the first one's error for the answer.
      await blue.remove();
      await tab.addSecurityKey();
      await tab.click(test("security-key-add"));
      await tab.type(test("security-key-label"), "Red key");
      await tab.click(test("prove-other"));
      await tab.type(test("recovery-typed"), code);
      await tab.click(test("security-key-register"));
      await tab.waitFor(test("security-key-added"));
      expect(await tab.evaluate((locks) => document.querySelectorAll(locks).length, `${test("lock")}[data-kind="security-key"]`)).toBe(2);
      await unlock(await askToUnlock());
    });

    it("gives way to a passphrase without the key's file, and that to another one", async () => {
      await openOptions();
      await tab.click(test("protection-change"));
      await tab.click(test("protection-prove"));
      await tab.click(test("protection-passphrase"));
      await tab.type(test("protection-typed"), PASSPHRASE);
      await tab.type(test("protection-again"), PASSPHRASE);
      await tab.click(test("protection-change-now"));
      await tab.waitFor(test("protection-changed"));
      await tab.waitFor(`${test("protected-key")}[data-protection="passphrase"][data-unlocked="true"]`);
      expect(await tab.exists(test("security-keys"))).toBe(false);
      await tab.click(test("protection-close"));
      // A new passphrase gives what lies under it a new key, in one write of the browser's database.
      await tab.click(test("change-passphrase"));
      await tab.type(test("passphrase-old"), PASSPHRASE);
      for (const field of ["passphrase-next", "passphrase-again"]) await tab.type(test(field), `${PASSPHRASE}!`);
      await tab.click(test("passphrase-save"));
      await tab.waitFor(test("passphrase-changed"));
      const window = await askToUnlock();
      await tab.type(test("unlock-passphrase"), `${PASSPHRASE}!`);
      await unlock(window);
    });
  });
}
