import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab/lab.mjs";
import type { Page } from "./driver/driver.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { addCertificates, setUp } from "./people/set-up.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** "Repair" in a profile whose database was damaged (issue 5: a damaged database is never silently emptied). */
describe("repair, in chromium", () => {
  let lab: Lab;
  let alice: Person;
  let options: Page;

  beforeAll(async () => {
    lab = await startLab({ name: "repair" });
    const office: Office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    alice = await arrive(office, "alice");
    await setUp(alice, office);
    await addCertificates(alice, [lab.certificates.certificate("bob"), lab.certificates.certificate("carol")]);
    options = await alice.driver.open(`${alice.driver.extension}/options.html`);
  });
  afterAll(async () => {
    await alice?.driver.close();
    await lab?.stop();
  });

  it("tells a record that cannot be read, saves the others without a key, and takes them back after starting anew", async () => {
    // As a bad sector leaves it: the record is there, and its certificate is none.
    await options.evaluate(() => new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open("mailseal");
      opening.onerror = () => reject(new Error("no database"));
      opening.onsuccess = () => {
        const transaction = opening.result.transaction("people", "readwrite");
        const people = transaction.objectStore("people");
        people.getAll().onsuccess = ({ target }) => {
          const bob = (target as IDBRequest<{ addresses: string[] }[]>).result.find(({ addresses }) => addresses.includes("bob@lab.test"));
          people.put({ ...bob, certificate: "damaged" });
        };
        transaction.oncomplete = () => (opening.result.close(), resolve());
      };
    }));
    await options.reload();
    await options.waitFor(`${test("repair")} ${test("problem")}[data-code="store.unreadable"]`);
    await options.click(test("repair-save"));
    const saved = await alice.driver.waitForDownload(/^mailseal-export-.*\.json$/);
    const text = readFileSync(saved, "utf8");
    expect(text).toContain("carol@lab.test");
    expect(text).not.toContain("bob@lab.test");
    // d of her key would begin so in PKCS#8 and in a JWK.
    expect(text).not.toMatch(/PRIVATE KEY|"d":/);

    await options.click(test("repair-anew"));
    await options.click(test("repair-anew-sure"));
    await options.click(test("repair-anew-confirm"));
    await options.until((selector) => document.querySelector(selector) === null, { what: "nothing is wrong any more" }, `${test("repair")} ${test("problem")}`);
    expect(await options.exists(test("repair-keys"))).toBe(false);
    await options.setFiles(test("repair-restore"), [saved]);
    await options.waitFor(test("repair-restored"));
    await options.waitFor(test("repair-offer-webmail"));
    const certificates = await alice.driver.open(`${alice.driver.extension}/certificates.html`);
    await certificates.waitFor(test("list-people"));
    const people = await certificates.text(test("list-people"));
    expect(people).toContain("Carol");
    expect(people).not.toContain("Bob");
  });
});
