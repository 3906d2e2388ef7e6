import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../lab/authority.mjs";
import { type Lab, startLab } from "../lab/lab.mjs";
import type { Page } from "./driver/driver.ts";
import { signedByChecked } from "./people/checked-mail.ts";
import { arrive, type Office, type Person } from "./people/person.ts";
import { openMessage, readShown, type Shown } from "./people/read.ts";
import { setUp } from "./people/set-up.ts";
import { managedBrowser } from "./policy/managed-browser.ts";

interface Chrome {
  permissions: { getAll(): Promise<{ origins: string[] }> };
  scripting: { getRegisteredContentScripts(): Promise<{ matches: string[] }[]> };
}

const test = (name: string): string => `[data-test="${name}"]`;

/** Carol reads signed mail whose certificates say where their revocation is told; the lab's hosts answer, revoke, or are gone. */
describe("revocation on line, chromium", () => {
  let lab: Lab;
  let office: Office;
  let carol: Person;
  beforeAll(async () => {
    lab = await startLab({ name: "revocation" });
    office = { lab, browser: "chromium", web: lab.web, skin: "elastic" };
    carol = await arrive(office, "carol", managedBrowser(lab, "chromium", { RevocationHosts: ["127.0.0.1"] }).program);
    await setUp(carol, office);
    await carol.page.waitFor("[data-mailseal=compose]");
  });
  afterAll(async () => {
    await carol?.driver.close();
    await lab?.stop();
  });

  async function read(identity: Identity): Promise<Shown & { revocation: string }> {
    const uid = await lab.append("carol", "INBOX", await signedByChecked(lab, identity, "carol"));
    await openMessage(carol, office, uid);
    const shown = await readShown(carol);
    await shown.reader.click(test("details-toggle"));
    const revocation = await shown.reader.text(test("signer-revocation"));
    await shown.reader.click(test("details-toggle"));
    return { ...shown, revocation };
  }
  const scripted = (options: Page): Promise<string[]> =>
    options.evaluate(async () => (await (globalThis as unknown as { chrome: Chrome }).chrome.scripting.getRegisteredContentScripts()).flatMap(({ matches }) => matches));
  const placesAsked = (): (string | null)[] => lab.authority.requests.map(({ place }) => place);

  it("could not be checked as long as nothing may be fetched, and the reader says what to do (RV-02, rule 5)", async () => {
    const { key, reader } = await read("alice-checked");
    expect(key).toBe("sentence_unverified_not_checkable");
    await reader.waitFor(test("fetching-options"));
    expect(placesAsked()).toEqual([]);
  });

  it("the options page asks the browser for the permission", async () => {
    await carol.driver.allowOrigin("http://*");
    await carol.driver.allowOrigin("https://*");
    const options = await carol.driver.open(`${carol.driver.extension}/options.html`);
    await options.click(test("fetching-allow"));
    await options.waitFor(`${test("fetching")}[data-way="browser"]`);
    // Everything may be fetched, and the webmail stays the only place where a script of ours runs.
    await options.waitFor(`${test("webmail")}[data-granted="true"]`);
    expect(await scripted(options)).toEqual([`${lab.web}/*`]);
    // Chromium brings managed settings some seconds after its start.
    await options.until(async () => "RevocationHosts" in (await (globalThis as unknown as { chrome: { storage: { managed: { get(): Promise<object> } } } }).chrome.storage.managed.get()), { what: "managed settings" });
    await options.close();
    await carol.page.activate();
  });

  it("a host that is down leaves it open, and the verdict settles", async () => {
    const up = await lab.authority.misbehave("issuing-crl", "down");
    const { key, revocation } = await read("alice-crl");
    await up();
    // The root's list lies on the same host, which is left alone for a while; a new background knows nothing of that.
    await carol.driver.stopBackground();
    expect(key).toBe("sentence_unverified_not_checkable");
    expect(revocation).toMatch(/^Could not be checked\. The revocation list or the answer could not be fetched/);
  });

  it("a missing authority is asked for only when the person presses the button that names the host", async () => {
    lab.authority.forget();
    const { key, reader } = await read("bob-incomplete-p7c");
    expect(key).toBe("sentence_unverified_untrusted");
    expect(placesAsked()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await reader.text(test("issuer-ask"))).toBe("Ask 127.0.0.1 for the missing certificate");
    await reader.click(test("issuer-ask"));
    await reader.until(() => document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"] !== "sentence_unverified_untrusted", { what: "another verdict" });
    expect(placesAsked()).toContain("issuing-p7c");
  });

  it("is good by OCSP, and is asked once for all messages (RV-01)", async () => {
    lab.authority.forget();
    const { key, revocation } = await read("bob-ocsp");
    expect(key).toBe("sentence_text_signed");
    expect(revocation).toMatch(/^Not revoked\. By the authority's answer of /);
    expect(placesAsked()).toEqual(["ocsp"]);
    await carol.driver.stopBackground();
    expect((await read("bob-ocsp")).key).toBe("sentence_text_signed");
    expect(placesAsked()).toHaveLength(1);
  });

  it("revoked is said with date and reason", async () => {
    await lab.authority.revoke("alice-ocsp", { date: new Date("2026-05-03T10:00:00Z"), reason: "keyCompromise" });
    const { sentence, revocation } = await read("alice-ocsp");
    expect(sentence).toContain("Not verified: the certificate was revoked on May 3, 2026");
    expect(revocation).toMatch(/^Revoked on May 3, 2026: the key was lost or stolen\./);
  });

  it("the permission can be taken back, and the webmail goes on", async () => {
    const options = await carol.driver.open(`${carol.driver.extension}/options.html`);
    await options.click(test("fetching-take-back"));
    await options.waitFor(`${test("fetching")}[data-way="none"]`);
    // Chromium takes the webmail's own permission along.
    await options.waitFor(`${test("webmail")}[data-granted="true"]`);
    await options.until(() => (globalThis as unknown as { chrome: Chrome }).chrome.permissions.getAll().then(({ origins }) => origins.length === 1), { what: "the webmail's permission alone" });
    expect(await scripted(options)).toEqual([`${lab.web}/*`]);
    await options.close();
    await carol.page.activate();
    expect((await read("alice-checked")).key).toBe("sentence_text_signed");
  });
});
