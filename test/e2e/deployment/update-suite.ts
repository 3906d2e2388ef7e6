import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Driver } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { type Office, type Person, signIn } from "../people/person.ts";
import { addCertificates, importKey, openSetUp } from "../people/set-up.ts";
import { randomWord } from "../people/words.ts";
import { openComposer, send, write } from "../people/write.ts";
import { header, leaves, opensslDecrypt, opensslVerify } from "../walk-through/evidence.ts";
import { type Api, optionsOf, startUnderPolicy } from "./managed-start.ts";
import { forLab, type PackageServer, servePackages } from "./package-server.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** A packaged build and the next one after it, by the browser's own way of updating (issue 5, deployment). */
export function updateSuite(browser: BrowserName): void {
  describe(`an update in ${browser}`, () => {
    let lab: Lab;
    let office: Office;
    let packages: PackageServer;
    let alice: Person;
    const [subject, text] = [randomWord(), randomWord()];
    const older = (JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string }).version;
    const newer = `${older}.1`;

    /** Under the policy as it is now; people may choose what they like. */
    const start = (): Promise<Driver> =>
      startUnderPolicy(lab, browser, "alice", packages.id, forLab(packages.policyFile(browser), browser, lab, { AlwaysSign: false, AlwaysEncrypt: false }));

    async function come(driver: Driver): Promise<void> {
      const page = await driver.open(`${lab.web}/`);
      await signIn(page, lab.address("alice"), lab.password("alice"));
      alice = { who: "alice", address: lab.address("alice"), driver, page };
      await page.waitFor("[data-mailseal=compose]");
    }

    beforeAll(async () => {
      lab = await startLab({ name: `update-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      packages = await servePackages(lab);
    });
    afterAll(async () => {
      await alice?.driver.close();
      await packages?.close();
      await lab?.stop();
    });

    it("begins with an older version that has a key, a certificate, a setting and an unfinished message", async () => {
      const driver = await start();
      const options = await optionsOf(driver, `${test("webmail")}[data-granted="true"]`);
      expect((await options.evaluate(() => (globalThis as unknown as Api).chrome.management.getSelf())).version).toBe(older);
      await options.click(test("encrypt-by-default"));
      await options.waitFor(`${test("encrypt-by-default")}:checked`);
      await options.close();
      await come(driver);
      const setup = await openSetUp(alice, office);
      await importKey(setup, { ...lab.certificates.pkcs12("alice"), trust: [] });
      await setup.close();
      await addCertificates(alice, [lab.certificates.certificate("bob")]);
      const composer = await openComposer(alice);
      await write(composer, { to: ["bob@lab.test"], subject, text, sign: true, encrypt: true });
      await composer.until((selector) => document.querySelector<HTMLElement>(selector)?.innerText !== "", { what: "Saved", timeout: 8000 }, test("saved"));
    });

    it("is fetched from where the package says, and is there at the next start", async () => {
      packages.publish({ webmails: [lab.web], version: newer });
      if (browser === "chromium") {
        const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
        // What the browser does by itself every few hours; the new version then waits until nobody uses the old one.
        const waiting = await options.evaluate(() => {
          const { runtime } = (globalThis as unknown as Api).chrome;
          return new Promise<string>((resolve) => {
            runtime.onUpdateAvailable.addListener(({ version }) => resolve(version));
            void runtime.requestUpdateCheck();
          });
        });
        expect(waiting).toBe(newer);
      }
      await alice.driver.close();
      const driver = await start();
      await expect.poll(async () => {
        const options = await optionsOf(driver, test("webmail"));
        const { version } = await options.evaluate(() => (globalThis as unknown as Api).chrome.management.getSelf());
        await options.close();
        return version;
      }, { timeout: 60_000 }).toBe(newer);
      expect(packages.fetched.some((path) => path.includes(newer))).toBe(true);
      await come(driver);
    });

    it("keeps setting, key and certificate, and the unfinished message goes on and can be sent", async () => {
      const options = await optionsOf(alice.driver, `${test("encrypt-by-default")}:checked`);
      await options.close();
      await alice.page.activate();
      const composer = await openComposer(alice);
      await composer.click(test("draft-restore"));
      await composer.waitFor(`${test("chip")}[data-address="bob@lab.test"][data-state="found"]`);
      for (const toggle of ["sign", "encrypt"]) await composer.waitFor(`${test(toggle)}[aria-pressed="true"]`);
      await send(composer, { confirm: alice.driver });
      const raw = (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw;
      if (!raw) throw new Error("nothing arrived for Bob");
      expect(header(raw, "subject")).not.toContain(subject);
      const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, raw, "bob"));
      expect(signer).toBe("alice@lab.test");
      expect(leaves(content.toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join()).toContain(text);
      expect(await lab.searchEverywhere([text], [join(lab.folder, "browsers", "alice", "profile")])).toEqual([]);
    });
  });
}
