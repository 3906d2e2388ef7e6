import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Frame, Page } from "../driver/driver.ts";
import type { BrowserName } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { arrive, type Office, type Person } from "../people/person.ts";
import { addCertificates, allowWebmail, importKey, openSetUp } from "../people/set-up.ts";
import { openComposer } from "../people/write.ts";
import { type ManagedBrowser, managedBrowser } from "./managed-browser.ts";
import { type IssuedKey, issueKey, twoKeys } from "./two-keys.ts";

export const test = (name: string): string => `[data-test="${name}"]`;

/** A fact of the options page's list of what the organisation has set. */
export interface ShownFact {
  name: string;
  text: string;
  problems: string[];
}

/** Alice at her desk in a managed browser: one key of hers signs, mail to her is encrypted to another; the one that the lab gave everybody does both, and is older. */
export interface SettingsDesk extends Office {
  alice: Person;
  keys: { signing: IssuedKey; encryption: IssuedKey };
  /**
   * Has the organisation set other values, which hold when this resolves; answers what the options page lists.
   * @param mistaken values of another kind than the schema says and names that are not in it, of which Chromium passes none on
   */
  enforce(settings: Record<string, unknown>, mistaken?: Record<string, unknown>): Promise<ShownFact[]>;
  close(): Promise<void>;
}

/** Far from UTC and from full hours, so that a time zone that is told is seen. */
const ZONE = { TZ: "Asia/Kolkata" };

export async function takeManagedSeat(browser: BrowserName): Promise<SettingsDesk> {
  const lab = await startLab({ name: `settings-${browser}` });
  try {
    const office: Office = { lab, browser, web: lab.web, skin: "elastic" };
    const always = { TrustAnchors: [readFileSync(lab.certificates.root, "utf8")], UseShippedAnchors: false, WebmailOrigins: [`${lab.web} roundcube`] };
    const managed = managedBrowser(lab, browser, always, ZONE);
    const keys = await twoKeys(lab, "alice");
    // Too short wherever nobody set anything else.
    const erin = await issueKey(lab, "erin", "encryption", 1536);
    const alice = await arrive(office, "alice", managed.program);
    let now = JSON.stringify(always);
    const enforce: SettingsDesk["enforce"] = async (settings, mistaken = {}) => {
      const wanted = { ...always, ...settings, ...mistaken };
      const isNew = JSON.stringify(wanted) !== now;
      now = JSON.stringify(wanted);
      managed.set(wanted);
      if (isNew && browser === "firefox") await startFirefoxAgain(office, alice, managed);
      return inForce(office, alice, { ...always, ...settings, ...(browser === "firefox" && mistaken) });
    };
    await enforce({});
    for (const key of [keys.encryption.pkcs12, lab.certificates.pkcs12("alice")]) await importKey(await openSetUp(alice, office), { ...key, trust: [] });
    const setup = await openSetUp(alice, office);
    await importKey(setup, { ...keys.signing.pkcs12, trust: [] });
    await allowWebmail(setup, alice, office);
    await addCertificates(alice, [...["bob", "carol", "dave"].map((who) => lab.certificates.certificate(who)), erin.pem]);
    for (const page of await alice.driver.pages()) if ((await page.url()).includes("/setup.html")) await page.close();
    return { ...office, alice, keys, enforce, close: () => leave(lab, alice) };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

async function leave(lab: Lab, alice: Person): Promise<void> {
  await alice.driver.close();
  await lab.stop();
}

/**
 * A change is in force within a minute: Chromium watches its policy file, Firefox reads it at its start alone.
 * @param settings what the browser will tell
 */
async function inForce(office: Office, alice: Person, settings: Record<string, unknown>): Promise<ShownFact[]> {
  const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
  if (office.browser === "chromium") await chromiumTells(alice, options, settings);
  const wanted = namesIn(settings).sort().join();
  const facts = await poll(async () => {
    await options.reload();
    await options.waitFor(test("organisation"));
    const shown = await factsOn(options);
    return shown.map(({ name }) => name).sort().join() === wanted && shown;
  }, `the settings ${wanted} in force`, 20_000);
  await options.close();
  await alice.page.goto(`${office.web}/?_task=mail`);
  await alice.page.activate();
  return facts;
}

/**
 * Waits until Chromium reports what the file says, some five seconds after it was written. It reads the file in its idle moments alone:
 * where the machine leaves it none for long, its policies are read again as the button on its own page does.
 */
export async function chromiumTells({ driver }: Person, options: Page, settings: Record<string, unknown>): Promise<void> {
  const managed = (): Promise<object> => options.evaluate(() => (globalThis as unknown as { chrome: { storage: { managed: { get: () => Promise<object> } } } }).chrome.storage.managed.get());
  const wanted = sorted(settings);
  for (const [patience, press] of [[25_000, true], [30_000, false]] as const) {
    for (const giveUp = Date.now() + patience; Date.now() < giveUp; await sleep(500)) if (sorted(await managed()) === wanted) return;
    if (!press) throw new Error("the browser does not tell the managed settings");
    const policies = await driver.open("chrome://policy");
    await policies.evaluate(() => (globalThis as unknown as { chrome: { send: (message: string) => void } }).chrome.send("reloadPolicies"));
    await policies.close();
  }
}

/** As JSON with the names of every object in order. */
const sorted = (settings: object): string =>
  JSON.stringify(settings, (_name, value: unknown) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));

/** Every setting by its name, those for some domains too; the two that say for whom the others are do not stand in the list. */
function namesIn(settings: Record<string, unknown>): string[] {
  const scopes = (settings["Scopes"] ?? []) as { settings: object }[];
  return [...Object.keys(settings).filter((name) => name !== "AccountDomains" && name !== "Scopes"), ...scopes.flatMap(({ settings }) => Object.keys(settings))];
}

const factsOn = (options: Frame): Promise<ShownFact[]> =>
  options.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('[data-test="organisation-fact"]'), (fact) => ({
      name: fact.dataset["name"] ?? "",
      text: fact.innerText,
      problems: Array.from(fact.querySelectorAll<HTMLElement>(".problem"), (problem) => problem.dataset["code"] ?? ""),
    })),
  );

/** The same profile with its keys; what was allowed just before the browser's end may not have been kept, and is allowed anew. */
async function startFirefoxAgain(office: Office, alice: Person, { program }: ManagedBrowser): Promise<void> {
  await alice.driver.kill();
  const { driver, page } = await arrive(office, "alice", program);
  Object.assign(alice, { driver, page });
  const setup = await openSetUp(alice, office);
  await setup.click(test("setup-skip"));
  await setup.waitFor(`${test("grant")}, ${test("setup-done")}`);
  if (await setup.exists(test("grant"))) {
    await setup.click(test("grant"));
    await setup.waitFor(test("setup-done"));
  }
  await setup.close();
}

export interface Letter {
  to?: string[];
  bcc?: string[];
  subject: string;
  text: string;
  /** What Alice wants; left out where nobody touches the toggle. */
  sign?: boolean;
  encrypt?: boolean;
}

/** Opens the composer in the webmail and fills it in, ready for Send. */
export async function writeLetter({ alice }: SettingsDesk, letter: Letter): Promise<Frame> {
  const composer = await openComposer(alice);
  await fillIn(composer, letter);
  return composer;
}

/** Fills in a composer that is open, as a person does. */
export async function fillIn(composer: Frame, { to = [], bcc = [], subject, text, sign, encrypt }: Letter): Promise<void> {
  if (await composer.exists(test("notice-dismiss"))) await composer.click(test("notice-dismiss"));
  if (bcc.length > 0 && !(await composer.exists(test("bcc-input")))) await composer.click(test("show-bcc"));
  for (const [field, people] of [["to", to], ["bcc", bcc]] as const) {
    for (const person of people) {
      await composer.type(test(`${field}-input`), person);
      await composer.press("Enter");
      await composer.waitFor(`${test("chip")}[data-address="${addressIn(person)}"][data-state="found"]`);
    }
  }
  await composer.type(test("subject"), subject);
  await composer.type(test("editor"), text);
  if (sign !== undefined) await setToggle(composer, "sign", sign);
  if (encrypt !== undefined) await setToggle(composer, "encrypt", encrypt);
}

const addressIn = (person: string): string => /<(.*)>/.exec(person)?.[1] ?? person;

export async function setToggle(composer: Frame, name: "sign" | "encrypt", on: boolean): Promise<void> {
  const wanted = `${test(name)}[aria-pressed="${on}"]`;
  if (!(await composer.exists(wanted))) await composer.click(test(name));
  await composer.waitFor(wanted);
}
