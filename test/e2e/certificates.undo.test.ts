import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labHome } from "../lab/folder.mjs";
import { makeCertificates } from "../lab/ca.mjs";
import type { BrowserName } from "./driver/launch.ts";
import { makeStand, type Stand } from "./hostile/stand.ts";

const test = (name: string): string => `[data-test="${name}"]`;

/** Removing on the certificates page, over the real database and background. */
describe.each<BrowserName>(["chromium", "firefox"])("removing and undoing, %s", (name) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await makeStand(name);
  });
  afterAll(() => stand?.close());

  it("has a certificate and an authority back as they were, and a key not", async () => {
    const lab = await makeCertificates(join(labHome(), "ca"));
    const page = await stand.driver.open(`${stand.driver.extension}/certificates.html`);
    const rows = (kind: string) => page.evaluate((list) => Array.from(document.querySelectorAll<HTMLElement>(`${list} [data-test="certificate-open"]`), (name) => name.innerText), test(`list-${kind}`));
    await page.setFiles(test("certificate-file"), [lab.certificate("carol")]);
    for (const kind of ["people", "authorities"]) {
      await page.waitFor(`${test(`list-${kind}`)} ${test("certificate-row")}`);
      const before = await rows(kind);
      expect(before).toHaveLength(1);
      await page.click(`${test(`list-${kind}`)} ${test("certificate-remove")}`);
      await page.waitFor(test("removed-notice"));
      await expect.poll(() => rows(kind)).toEqual([]);
      await page.click(test("removed-undo"));
      await expect.poll(() => rows(kind)).toEqual(before);
      expect(await page.exists(test("removed-notice"))).toBe(false);
    }
    await page.click(`${test("list-mine")} ${test("certificate-remove")}`);
    expect(await rows("mine")).toHaveLength(1);
    await page.click(test("certificate-remove-confirm"));
    await expect.poll(() => rows("mine")).toEqual([]);
    expect(await page.exists(test("removed-notice"))).toBe(false);
  });
});
