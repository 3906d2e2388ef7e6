import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChromiumPage } from "./driver/chromium-page.ts";
import type { Frame, Page } from "./driver/driver.ts";
import { type Desk, openDesk, test } from "./faults/desk.ts";
import { sealedByCli } from "./people/cli-mail.ts";
import { openMessage } from "./people/read.ts";
import { openSetUp } from "./people/set-up.ts";

/** What the page of a webmail got of a security key. */
type Got = { error: string } | { secret: boolean };

/**
 * A key under a security key, in Chromium. The browser's virtual security keys belong to one tab, so what asks for it is loaded in the
 * tab that has it.
 */
describe("keys under a security key, in chromium (architecture §5)", () => {
  let desk: Desk;
  let tab: ChromiumPage;
  let uid: number;
  let code: string;
  beforeAll(async () => {
    desk = await openDesk("chromium", { name: "security-keys" });
    const { lab } = desk;
    uid = await lab.append("alice", "INBOX", await sealedByCli(lab, { from: "bob", to: "alice", subject: "Locked", text: "What only Alice's key opens.", options: ["--encrypt", lab.certificates.certificate("alice")] }));
    // The same file again: what lay without protection is replaced.
    tab = (await openSetUp(desk.alice, desk)) as ChromiumPage;
    await tab.addSecurityKey();
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

  /** Asks to unlock in the reader; answers the window. */
  async function askToUnlock(): Promise<Page> {
    await desk.alice.page.reload();
    await openMessage(desk.alice, desk, uid);
    const reader = await readerOf();
    await reader.waitFor(`${test("closed")}[data-code="keys.locked"]`);
    await reader.click(test("closed-unlock"));
    return desk.alice.driver.waitForPage(/\/unlock\.html#/);
  }

  it("is registered in set-up, shows a recovery code once, and opens at once after the import", async () => {
    const { path, password } = desk.lab.certificates.pkcs12("alice");
    await tab.setFiles(test("setup-file"), [path]);
    await tab.type(test("setup-password"), password);
    await tab.click(test("setup-look"));
    await tab.click(test("protection-security-key"));
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

  it("answers nothing to the webmail's page, in its own name or in ours", async () => {
    const extension = new URL(desk.alice.driver.extension).host;
    await tab.goto(`${desk.web}/`);
    const ask = (relyingParty: string | null): Promise<Got> =>
      tab.evaluate(async (rpId): Promise<Got> => {
        try {
          const found = (await navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32), timeout: 3000, userVerification: "required", ...(rpId !== null && { rpId }), extensions: { prf: { eval: { first: new Uint8Array(32) } } } } })) as PublicKeyCredential | null;
          return { secret: found?.getClientExtensionResults().prf?.results !== undefined };
        } catch (error) {
          return { error: error instanceof Error ? error.name : "" };
        }
      }, relyingParty);
    for (const relyingParty of [null, extension, "lab.test"]) expect(await ask(relyingParty)).toMatchObject({ error: expect.stringMatching(/^(?:SecurityError|NotAllowedError)$/) as string });
  });

  it("unlocks what was locked, in the window that says why", async () => {
    await lockNow();
    const window = await askToUnlock();
    await tab.activate();
    await tab.goto(await window.url());
    expect(await tab.text(test("unlock-facts"))).toContain("alice@lab.test");
    await tab.click(test("unlock-open"));
    await desk.alice.page.activate();
    await opened();
    await window.close();
  });

  it("is not needed by whoever has the recovery code", async () => {
    await lockNow();
    const window = await askToUnlock();
    await window.click(test("unlock-lost"));
    await window.type(test("recovery-typed"), code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
    await window.click(test("unlock-open"));
    await desk.alice.page.activate();
    await opened();
  });
});
