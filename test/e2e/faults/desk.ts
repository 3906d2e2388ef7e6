import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Lab, startLab } from "../../lab/lab.mjs";
import type { Driver, Frame, Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { poll } from "../driver/wait.ts";
import { type Office, type Person, signIn } from "../people/person.ts";
import { addCertificates, allowWebmail, openSetUp, setUp } from "../people/set-up.ts";
import { openComposer } from "../people/write.ts";
import { managedBrowser } from "../policy/managed-browser.ts";

export const test = (name: string): string => `[data-test="${name}"]`;

/** PHP's limit for an upload in this lab, which is what a message may have at most. */
export const UPLOAD_LIMIT = 300 * 1024;

/** Alice at her desk, set up, with Bob's and Carol's certificates, in a lab of her own. */
export interface Desk extends Office {
  alice: Person;
  /** The program that starts her browser, where it is to find settings of an organisation. */
  program?: string;
  /** Words that must be found nowhere on the server. */
  secrets: string[];
  close(): Promise<void>;
}

/** @param options `passphrase` protects her key; without it the key is kept without protection. `settings` are her organisation's */
export async function openDesk(browser: BrowserName, { name = "faults", passphrase, settings }: { name?: string; passphrase?: string; settings?: object } = {}): Promise<Desk> {
  const lab = await startLab({ name: `${name}-${browser}`, uploadLimit: String(UPLOAD_LIMIT) });
  try {
    const office: Office = { lab, browser, web: lab.web, skin: "elastic" };
    const program = settings && managedBrowser(lab, browser, settings).program;
    const driver = await startBrowser({ ...office, ...(program !== undefined && { program }) });
    const page = await driver.open(`${lab.web}/`);
    await signIn(page, lab.address("alice"), lab.password("alice"));
    const alice: Person = { who: "alice", address: lab.address("alice"), driver, page };
    await setUp(alice, office, { ...lab.certificates.pkcs12("alice"), trust: [lab.certificates.rootSha256], ...(passphrase !== undefined && { passphrase }) });
    await addCertificates(alice, [lab.certificates.certificate("bob"), lab.certificates.certificate("carol")]);
    await alice.page.reload();
    const close = async (): Promise<void> => {
      await alice.driver.close();
      await lab.stop();
    };
    return { ...office, ...(program !== undefined && { program }), alice, secrets: [], close };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

function startBrowser({ lab, browser, program }: Office & Pick<Desk, "program">): Promise<Driver> {
  return launch(browser, {
    extension: join(process.env["MAILSEAL_DIST"] ?? join(lab.root, "dist"), browser === "chromium" ? "chrome" : "firefox"),
    folder: join(lab.folder, "browsers", `${browser}-alice`),
    outsidePort: lab.ports["outside"] as number,
    ...(program !== undefined && { program }),
    processes: lab.processes,
  });
}

/** Alice's browser started again with its old profile, and the webmail in it. */
export async function startAgain(desk: Desk): Promise<void> {
  desk.alice.driver = await startBrowser(desk);
  if (desk.browser === "chromium") {
    // Chromium forgets at its end what a folder that was loaded as an extension may do; all else is kept in the profile.
    const setup = await openSetUp(desk.alice, desk);
    await allowWebmail(setup, desk.alice, desk, "setup-skip");
    await setup.close();
  }
  await newTab(desk);
}

let letters = 0;

export interface Wish {
  to?: string[];
  bcc?: string[];
  attach?: string;
}

/** Opens the composer in Alice's page and writes a letter, signed and encrypted, ready to be sent. */
export async function compose(desk: Desk, { to = ["bob"], bcc = [], attach }: Wish = {}, person: Person = desk.alice): Promise<Frame> {
  const composer = await openComposer(person);
  const secret = `faultsecret${++letters}x${Math.random().toString(36).slice(2, 10)}`;
  desk.secrets.push(secret);
  if (await composer.exists(test("notice-dismiss"))) await composer.click(test("notice-dismiss"));
  await addPeople(desk.lab, composer, "to", to);
  if (bcc.length > 0) {
    await composer.click(test("show-bcc"));
    await addPeople(desk.lab, composer, "bcc", bcc);
  }
  await composer.type(test("subject"), secret);
  await composer.type(test("editor"), `Text ${secret}.`);
  if (attach) {
    await composer.setFiles(test("attach-input"), [attach]);
    await composer.waitFor(`${test("file")}[data-ready="true"]`);
  }
  for (const toggle of ["sign", "encrypt"]) {
    const on = `${test(toggle)}[aria-pressed="true"]`;
    if (!(await composer.exists(on))) await composer.click(test(toggle));
    await composer.waitFor(on);
  }
  for (const who of [...to, ...bcc]) await composer.waitFor(`${test("chip")}[data-address="${desk.lab.address(who)}"][data-state="found"]`);
  // The composer takes no click on what was not seen for a moment (architecture §2, "Clicks can be stolen").
  await sleep(1000);
  return composer;
}

async function addPeople(lab: Lab, composer: Frame, field: string, people: string[]): Promise<void> {
  for (const who of people) {
    await composer.type(test(`${field}-input`), lab.address(who));
    await composer.press("Enter");
    await composer.waitFor(`${test("chip")}[data-address="${lab.address(who)}"]`);
  }
}

/** What the composer says in the end. */
export interface Told {
  state: string;
  code: string;
  text: string;
}

/** Waits until the composer shows a result, another one than `not`, or a problem. */
export function told(composer: Frame, not: { looked?: boolean } = {}): Promise<Told> {
  return poll(
    () =>
      composer.evaluate((looked) => {
        const box = document.querySelector<HTMLElement>('[data-test="result"]');
        const problem = document.querySelector<HTMLElement>('[data-test="problem"]');
        const busy = document.querySelector('[data-test="result"] button:disabled, main[aria-busy="true"]');
        if (busy || (!box && !problem)) return null;
        const text = (box ?? problem)?.innerText ?? "";
        if (looked && box?.dataset["state"] === "unknown" && !/not in Sent/i.test(text)) return null;
        return {
          state: box?.dataset["state"] ?? "problem",
          code: document.querySelector<HTMLElement>('[data-test="result-code"]')?.innerText ?? problem?.dataset["code"] ?? "",
          text,
        };
      }, not.looked ?? false),
    "what became of the message",
    60_000,
  );
}

/** Clicks Send and waits for what is told; waits for the browser's word on policy and on visibility, as a person would. */
export async function sendAndHear(composer: Frame): Promise<Told> {
  for (;;) {
    await composer.click(test("send"));
    const heard = await told(composer);
    // A tab that was just come back to is not yet reported as plainly visible.
    if (heard.code !== "send.policy-unknown" && heard.code !== "send.not-visible") return heard;
    await composer.click(test("problem-dismiss"));
    await sleep(1000);
  }
}

/** Closes the composer or list that is open. */
export async function leave(desk: Desk, composer: Frame, person: Person = desk.alice): Promise<void> {
  await composer.click((await composer.exists(test("result-close"))) ? test("result-close") : test("close"));
  await poll(async () => (await person.page.frames()).length === 0 || !(await hasComposer(person.page)), "the composer's end", 10_000);
}

async function hasComposer(page: Page): Promise<boolean> {
  for (const frame of await page.frames()) if ((await frame.url()).includes("/composer.html")) return true;
  return false;
}

/** Opens the list of unfinished messages by the notice in the page. */
export async function openUnfinished(person: Person): Promise<Frame> {
  await person.page.click("[data-mailseal=unfinished]");
  const list = await person.page.frame(/-extension:\/\/[^/]+\/composer\.html/);
  await list.waitFor(`${test("unfinished-item")}, ${test("unfinished-empty")}`);
  await sleep(1000);
  return list;
}

/** Waits until the list has nothing more to say, and closes it. */
export async function nothingLeft(desk: Desk, list: Frame, person: Person = desk.alice): Promise<void> {
  await list.waitFor(test("unfinished-empty"), { timeout: 40_000 });
  await leave(desk, list, person);
  await person.page.until(() => !document.querySelector("[data-mailseal=unfinished]"), { what: "the notice's end" });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** How many messages Dovecot has for each, once the mail server has nothing more to deliver. */
export async function inboxes({ lab }: Desk): Promise<Record<string, number>> {
  const queues = ["incoming", "active", "deferred", "maildrop"].map((name) => join(lab.postfix.queue, name));
  await poll(() => Promise.resolve(queues.flatMap(filesIn).length === 0), "an empty mail queue", 20_000);
  const counts: Record<string, number> = {};
  for (const who of ["alice", "bob", "carol"]) counts[who] = (await lab.storedMessages(who, "INBOX")).length;
  return counts;
}

/** Tells what was delivered to each since it was made. */
export async function countDeliveries(desk: Desk): Promise<() => Promise<Record<string, number>>> {
  const before = await inboxes(desk);
  return async () => {
    const after = await inboxes(desk);
    return Object.fromEntries(Object.entries(after).flatMap(([who, count]) => (count === before[who] ? [] : [[who, count - (before[who] ?? 0)]])));
  };
}

export interface KeptOutbox {
  records: { id: string; account: string; envelopes: { state: string; code: string | null; recipients: string[] }[] }[];
  /** Text of every finished message that is kept. */
  messages: string[];
}

/** What the extension's outbox holds, read in a page of its own. */
export async function outbox({ alice: { driver, page } }: Desk): Promise<KeptOutbox> {
  const options = await driver.open(`${driver.extension}/options.html`);
  const kept = await options.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("mailseal");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error("no database"));
    });
    const all = (store: string) =>
      new Promise<unknown[]>((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result as unknown[]);
        request.onerror = () => reject(new Error("not readable"));
      });
    const records = (await all("outbox")) as { record: KeptOutbox["records"][number] }[];
    const messages = (await all("envelopes")) as { mime: Uint8Array }[];
    database.close();
    return { records: records.map(({ record }) => record), messages: messages.map(({ mime }) => new TextDecoder("latin1").decode(mime)) };
  });
  await options.close();
  await page.activate();
  return kept;
}

/** Ends every session on the server, as its garbage collector would. */
export async function endSessions({ lab }: Desk): Promise<void> {
  await promisify(execFile)("sqlite3", [lab.roundcube.database, ".timeout 5000", "DELETE FROM session;"]);
}

/** The webmail opened anew in the tab, signing in if it asks. */
export async function comeBack(desk: Desk): Promise<void> {
  const { alice, web, lab } = desk;
  await alice.page.goto(`${web}/?_task=mail`);
  if (await alice.page.exists("#rcmloginuser")) await signIn(alice.page, alice.address, lab.password("alice"));
  await alice.page.waitFor("[data-mailseal=compose]");
}

/** A clean desk after a test that failed: nothing kept, nothing configured, nothing in Drafts. */
export async function cleanUp(desk: Desk): Promise<void> {
  const { alice, lab } = desk;
  await lab.roundcube.configure({});
  for (const { uid } of await lab.storedMessages("alice", "Drafts")) await lab.remove("alice", "Drafts", uid);
  const tabs = await alice.driver.pages();
  // Firefox goes on with a document for a while whose tab was the last one.
  await alice.driver.open("about:blank");
  const options = await alice.driver.open(`${alice.driver.extension}/options.html`);
  await options.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("mailseal");
      request.onsuccess = () => resolve(request.result);
    });
    const stores = ["outbox", "envelopes", "drafts"];
    const transaction = database.transaction(stores, "readwrite");
    for (const name of stores) transaction.objectStore(name).clear();
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
  });
  for (const tab of tabs) await tab.close().catch(() => undefined);
  await newTab(desk);
  await options.close();
}

/** The webmail in a new tab, after its old one was closed. */
export async function newTab(desk: Desk): Promise<void> {
  desk.alice.page = await desk.alice.driver.open(`${desk.web}/?_task=mail`);
  await comeBack(desk);
}

/** Finished messages that lie in Alice's Drafts; what she still writes lies there too, to herself alone. */
export async function leftInDrafts({ lab }: Desk): Promise<number> {
  const all = await lab.storedMessages("alice", "Drafts");
  return all.filter(({ raw }) => /^To: .*(bob|carol)@/im.test(raw.toString("latin1"))).length;
}
