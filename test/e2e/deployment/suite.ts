import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Driver } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { type Office, type Person, signIn } from "../people/person.ts";
import { addCertificates, importKey, openSetUp } from "../people/set-up.ts";
import { randomWord } from "../people/words.ts";
import { openComposer, send } from "../people/write.ts";
import { header, leaves, opensslDecrypt, opensslVerify } from "../walk-through/evidence.ts";
import { type Api, optionsOf, startUnderPolicy } from "./managed-start.ts";
import { forLab, type PackageServer, servePackages, withRuntimeAllowedHosts } from "./package-server.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** An organisation's way: nobody but its policy file installs, configures and allows anything (issue 5, deployment). */
export function deploymentSuite(browser: BrowserName): void {
  describe(`${browser} that was given nothing but a policy file`, () => {
    let lab: Lab;
    let office: Office;
    let packages: PackageServer;
    let alice: Person;

    const start = (name: string, policy: object): Promise<Driver> => startUnderPolicy(lab, browser, name, packages.id, policy);

    beforeAll(async () => {
      lab = await startLab({ name: `deployment-${browser}` });
      office = { lab, browser, web: lab.web, skin: "elastic" };
      packages = await servePackages(lab);
    });
    afterAll(async () => {
      await alice?.driver.close();
      await packages?.close();
      await lab?.stop();
    });

    it("has a store's package without access to any site: no policy can give it (docs/administrator/install.md)", async () => {
      packages.publish({ webmails: [] });
      const driver = await start("store", withRuntimeAllowedHosts(forLab(packages.policyFile(browser), browser, lab), browser, packages.id, lab.web));
      try {
        const options = await optionsOf(driver, `${test("webmail")}[data-granted="false"]`);
        const { origins, permissions } = await options.evaluate(() => (globalThis as unknown as Api).chrome.permissions.getAll());
        expect(origins).toEqual([]);
        expect(permissions).not.toContain("nativeMessaging");
      } finally {
        await driver.close();
        packages.publish({ webmails: [lab.web] });
      }
    });

    it("installs the organisation's own package, and lets nobody turn it off", async () => {
      const driver = await start("alice", forLab(packages.policyFile(browser), browser, lab));
      const options = await optionsOf(driver, `${test("webmail")}[data-granted="true"]`);
      const self = await options.evaluate(() => (globalThis as unknown as Api).chrome.management.getSelf());
      expect(self).toMatchObject(browser === "chromium" ? { installType: "admin", mayDisable: false } : { mayDisable: false });
      expect(packages.fetched.some((path) => path.includes(browser === "chromium" ? ".crx" : ".xpi"))).toBe(true);
      for (const name of ["sign-by-default", "encrypt-by-default"]) await options.waitFor(`${test(name)}:checked:disabled`);
      const { permissions } = await options.evaluate(() => (globalThis as unknown as Api).chrome.permissions.getAll());
      expect(permissions).toContain("nativeMessaging");
      // What the package does not name is still the person's to allow.
      expect(await options.evaluate(() => (globalThis as unknown as Api).chrome.permissions.contains({ origins: ["https://elsewhere.test/*"] }))).toBe(false);
      await options.close();
      const page = await driver.open(`${lab.web}/`);
      await signIn(page, lab.address("alice"), lab.password("alice"));
      alice = { who: "alice", address: lab.address("alice"), driver, page };
    });

    it("works in the webmail without a click, and needs the person's key and nothing else", async () => {
      await alice.page.waitFor("[data-mailseal=compose]");
      const setup = await openSetUp(alice, office);
      await importKey(setup, { ...lab.certificates.pkcs12("alice"), trust: [] });
      await setup.waitFor(test("setup-done"));
      await setup.close();
      await addCertificates(alice, [lab.certificates.certificate("bob")]);
      const composer = await openComposer(alice);
      for (const toggle of ["sign", "encrypt"]) await composer.waitFor(`${test(toggle)}[aria-pressed="true"][aria-disabled="true"]`);
      const word = randomWord();
      await composer.type(test("to-input"), "bob@lab.test");
      await composer.press("Enter");
      await composer.waitFor(`${test("chip")}[data-address="bob@lab.test"][data-state="found"]`);
      await composer.type(test("subject"), word);
      await composer.type(test("editor"), word);
      await send(composer, { confirm: alice.driver });
      const raw = (await lab.storedMessages("bob", "INBOX")).at(-1)?.raw;
      if (!raw) throw new Error("nothing arrived for Bob");
      expect(header(raw, "content-type")).toMatch(/^application\/pkcs7-mime/);
      const { content, signer } = await opensslVerify(lab, await opensslDecrypt(lab, raw, "bob"));
      expect(signer).toBe("alice@lab.test");
      expect(leaves(content.toString("latin1")).map(({ bytes }) => bytes.toString("utf8")).join()).toContain(word);
    });
  });
}
