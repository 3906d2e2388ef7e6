import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { openMessage, readShown, type Shown } from "../people/read.ts";
import { setUp } from "../people/set-up.ts";
import { managedBrowser } from "../policy/managed-browser.ts";

/** Alice at her desk: what the organisation manages lets the lab's hosts on this machine be asked. */
export interface Desk {
  lab: Lab;
  office: Office;
  alice: Person;
  options: Page;
}

/** Brings up the lab and a browser in which nobody may fetch anything yet. */
export async function takeSeat(browser: BrowserName): Promise<Desk> {
  const lab = await startLab({ name: `trouble-${browser}` });
  try {
    const office = { lab, browser, web: lab.web, skin: "elastic" } as const;
    const settings = { TrustAnchors: [readFileSync(lab.certificates.root, "utf8")], RevocationHosts: ["127.0.0.1"], RevocationURLRetrievalTimeout: 5000, CertURLRetrievalTimeout: 8000 };
    const alice = await arrive(office, "alice", managedBrowser(lab, browser, settings).program);
    await setUp(alice, office, { ...lab.certificates.pkcs12("alice"), trust: [] });
    await settingsArrived(alice);
    const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
    return { lab, office, alice, options };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

/**
 * Chromium reads an extension's managed settings some seconds after its start (architecture §2), and on a busy machine it may miss
 * them until its policies are read again, as the button on its own page does.
 */
async function settingsArrived({ driver, page }: Person): Promise<void> {
  if (driver.name === "firefox") return;
  const options = await driver.open(`${driver.extension}/options.html`);
  const policies = await driver.open("chrome://policy");
  for (let i = 0; ; i++) {
    const managed = await options.evaluate(async () => Object.keys(await (globalThis as unknown as { chrome: { storage: { managed: { get: () => Promise<object> } } } }).chrome.storage.managed.get()));
    if (managed.includes("TrustAnchors")) break;
    if (i === 40) throw new Error("the browser does not tell the managed settings");
    if (i % 10 === 9) await policies.evaluate(() => (globalThis as unknown as { chrome: { send: (message: string) => void } }).chrome.send("reloadPolicies"));
    await sleep(500);
  }
  await policies.close();
  await options.close();
  await page.activate();
}

/**
 * Lets the extension fetch: in Firefox by the button on the options page, whose prompt a preference answers; in Chromium from this
 * machine alone, as nobody can answer its prompt for every host.
 */
export async function allowFetching({ alice, options }: Desk): Promise<void> {
  if (alice.driver.name === "firefox") {
    await options.activate();
    await options.click('[data-test="fetching-allow"]');
    await options.waitFor('[data-test="fetching"][data-way="browser"]');
    return;
  }
  await alice.driver.allowOrigin("http://127.0.0.1");
  await options.activate();
  const allowed = await options.evaluate(() => (globalThis as unknown as { chrome: { permissions: { request: (wanted: object) => Promise<boolean> } } }).chrome.permissions.request({ origins: ["http://127.0.0.1/*"] }));
  if (!allowed) throw new Error("the browser did not allow fetching");
}

/** Has the extension forget what it learned from earlier messages: what was fetched, who signed, and which places failed. */
export async function forget({ lab, alice, options }: Desk): Promise<void> {
  await options.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("mailseal");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error(String(opening.error)));
    });
    const work = database.transaction(["revocation", "issuers", "people"], "readwrite");
    for (const name of ["revocation", "issuers", "people"]) work.objectStore(name).clear();
    await new Promise((resolve) => (work.oncomplete = resolve));
    database.close();
  });
  await alice.driver.stopBackground();
  lab.authority.forget();
}

/** Presses what counts only in a frame that was plainly visible for 800 ms (architecture §2, clicks can be stolen). */
export async function pressSteadily(reader: Frame, name: string): Promise<void> {
  await sleep(1000);
  await reader.click(`[data-test="${name}"]`);
}

/** Puts a message into Alice's inbox and opens it; answers what the reader says in the end and where its help leads. */
export async function read({ lab, office, alice }: Desk, mail: Buffer): Promise<Shown & { help: string | null }> {
  await alice.page.activate();
  await openMessage(alice, office, await lab.append("alice", "INBOX", mail));
  const shown = await readShown(alice);
  const help = await shown.reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="reader-bar"] [data-test="help-link"]')?.dataset["topic"] ?? null);
  return { ...shown, help };
}
