import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../lab/ca.mjs";
import { labHome } from "../lab/folder.mjs";
import type { Page } from "./driver/driver.ts";
import type { BrowserName } from "./driver/launch.ts";
import { plain } from "./hostile/mail.ts";
import { makeStand, READER, type Stand, verdict } from "./hostile/stand.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const sha256 = (file: string): string => createHash("sha256").update(new X509Certificate(readFileSync(file)).raw).digest("hex");

/** Deciding on trust from a message and taking it back, over the real database and background. */
describe.each<BrowserName>(["chromium", "firefox"])("trusting and undoing, %s", (name) => {
  let stand: Stand;
  let lab: Awaited<ReturnType<typeof makeCertificates>>;
  beforeAll(async () => {
    stand = await makeStand(name);
    lab = await makeCertificates(join(labHome(), "ca"));
  });
  afterAll(() => stand?.close());

  /** Opens the message and answers its verdict and its page. */
  async function read(uid: string): Promise<{ page: Page; key: string }> {
    const page = await stand.open(stand.webmail.show(uid));
    return { page, key: await verdict(await page.frame(READER)) };
  }
  const again = async (uid: string): Promise<string> => {
    const { page, key } = await read(uid);
    await page.close();
    return key;
  };

  /** From the reader to the comparison on our own page. */
  async function decide(page: Page): Promise<Page> {
    const reader = await page.frame(READER);
    await reader.click(test("stranger-trust"));
    const certificates = await stand.driver.waitForPage(/\/certificates\.html/);
    await certificates.waitFor(test("compare"));
    return certificates;
  }

  async function compare(certificates: Page, fingerprint: string): Promise<void> {
    const hidden = await certificates.text(test("compare-fingerprint"));
    expect(hidden.replaceAll(" ", "").toLowerCase()).not.toContain(fingerprint.slice(0, 8));
    await certificates.type(test("compare-typed"), "00000000");
    await certificates.until(() => document.querySelector('[data-test="compare-result"]')?.textContent !== "", { what: "the wrong digits are told" });
    expect(await certificates.exists(`${test("compare-rest")}:disabled`)).toBe(true);
    expect(await certificates.exists(`${test("compare-trust")}:disabled`)).toBe(true);
    await certificates.evaluate((selector) => {
      const field = document.querySelector<HTMLInputElement>(selector);
      if (field) field.value = "";
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    }, test("compare-typed"));
    await certificates.type(test("compare-typed"), fingerprint.slice(0, 8).toUpperCase());
    await certificates.waitFor(`${test("compare-rest")}:enabled`);
    await certificates.click(test("compare-rest"));
    await certificates.waitFor(`${test("compare-trust")}:enabled`);
    await certificates.click(test("compare-trust"));
    await certificates.waitFor(test("removed-notice"));
  }

  it("an authority that came with a message, after its fingerprint was typed and compared", async () => {
    const uid = stand.webmail.add(await stand.mail.signed(plain("Trust me."), "eve", { from: "Eve Example <eve@lab.test>" }));
    const { page, key } = await read(uid);
    expect(key).toBe("sentence_unverified_untrusted");
    const certificates = await decide(page);
    await compare(certificates, sha256(join(lab.folder, "evil-root.crt.pem")));
    expect(await again(uid)).toBe("sentence_text_signed");
    await certificates.activate();
    await certificates.click(`${test("list-authorities")} ${test("removed-undo")}`);
    await certificates.until(() => document.querySelector('[data-test="removed-notice"]') === null, { what: "undone" });
    expect(await again(uid)).toBe("sentence_unverified_untrusted");
    await page.close();
    await certificates.close();
  });

  it("one person's certificate whose authority did not come along, and no other of that authority", async () => {
    const uid = stand.webmail.add(await stand.mail.signed(plain("Just me."), "eve", { from: "Eve Example <eve@lab.test>" }, false));
    const { page, key } = await read(uid);
    expect(key).toBe("sentence_unverified_untrusted");
    const certificates = await decide(page);
    await compare(certificates, sha256(lab.pem("eve")));
    expect(await certificates.text(test("list-decisions"))).toContain("eve@lab.test");
    expect(await again(uid)).toBe("sentence_text_signed");
    // Later than ten seconds afterwards "Remove" takes it back.
    await certificates.activate();
    await certificates.click(`${test("list-decisions")} ${test("certificate-remove")}`);
    await certificates.until(() => document.querySelector('[data-test="list-decisions"] [data-test="certificate-row"]') === null, { what: "removed" });
    expect(await again(uid)).toBe("sentence_unverified_untrusted");
    await page.close();
    await certificates.close();
  });
});
