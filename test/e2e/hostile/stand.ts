import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../../lab/ca.mjs";
import { labHome, root } from "../../lab/folder.mjs";
import { type Outside, startOutside } from "../../lab/outside.mjs";
import { createProcesses } from "../../lab/processes.mjs";
import type { Driver, Frame, Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { importKey } from "../people/set-up.ts";
import { type HostileWebmail, startHostileWebmail } from "./hostile-webmail.ts";
import { type Mailer, mailer } from "./mail.ts";

/** Bob's browser with our extension, allowed in a webmail that means harm, and the world around it. */
export interface Stand {
  name: BrowserName;
  driver: Driver;
  webmail: HostileWebmail;
  /** What was asked of the world outside; nothing ever should be. */
  outside: Outside;
  mail: Mailer;
  folder: string;
  /** Opens a page of the webmail in a tab of its own. */
  open(url: string): Promise<Page>;
  /** What the toolbar button says of the tab with that address: its mark. */
  toolbar(url: string): Promise<string>;
  /** What the popup is told of the tab with that address, and everything of it that is kept or said elsewhere. */
  popup(url: string): Promise<{ answer: unknown; kept: string }>;
  /** Asks the background in the name of a content script of the page, as a page does that broke into its own process. */
  asContentScript(url: string, message: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts everything: local pages alone, no mail server. */
export async function makeStand(name: BrowserName): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-hostile-"));
  const processes = createProcesses();
  const certificates = await makeCertificates(join(labHome(), "ca"));
  const webmail = await startHostileWebmail();
  const outside = await startOutside({ port: 0 });
  let started: Driver | null = null;
  const close = async (): Promise<void> => {
    await started?.close();
    await processes.stopAll();
    await webmail.close();
    await outside.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  let driver: Driver;
  let own: Page;
  try {
    const options = { extension: join(root, "dist", name === "chromium" ? "chrome" : "firefox"), folder, outsidePort: outside.port, processes };
    started = driver = await launch(name, options);
    const setup = await driver.open(`${driver.extension}/setup.html?origin=${encodeURIComponent(webmail.origin)}`);
    await importKey(setup, { ...certificates.pkcs12("bob"), trust: [certificates.rootSha256] });
    await driver.allowOrigin(webmail.origin);
    await setup.click('[data-test="grant"]');
    await setup.waitFor('[data-test="setup-done"]');
    await setup.goto(`${driver.extension}/certificates.html`);
    own = setup;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name, driver, webmail, outside, folder, close,
    mail: mailer(certificates, folder),
    open: (url) => driver.open(url),
    toolbar: (url) =>
      own.evaluate(async (wanted) => {
        const api = (globalThis as unknown as { browser?: Api; chrome: Api }).browser ?? (globalThis as unknown as { chrome: Api }).chrome;
        const tab = (await api.tabs.query({})).find((each) => each.url === wanted);
        return api.action.getBadgeText({ tabId: tab?.id ?? -1 });
      }, url),
    popup: (url) =>
      own.evaluate(async (wanted) => {
        const api = (globalThis as unknown as { browser?: Api; chrome: Api }).browser ?? (globalThis as unknown as { chrome: Api }).chrome;
        const tab = (await api.tabs.query({})).find((each) => each.url === wanted);
        const tabId = tab?.id ?? -1;
        const { output } = (await api.runtime.sendMessage({ to: "page", name: "verdict.current", input: { tab: String(tabId) } })) as { output: unknown };
        const kept = [await api.storage.session.get(null), await api.storage.local.get(null), await api.action.getTitle({ tabId }), await api.action.getBadgeText({ tabId }), tab?.title];
        return { answer: output, kept: JSON.stringify(kept) };
      }, url),
    asContentScript: (url, message) =>
      own.evaluate(async (wanted, text) => {
        const api = (globalThis as unknown as { browser?: Api; chrome: Api }).browser ?? (globalThis as unknown as { chrome: Api }).chrome;
        const tab = (await api.tabs.query({})).find((each) => each.url === wanted);
        const [answer] = await api.scripting.executeScript({
          target: { tabId: tab?.id ?? -1 },
          args: [text],
          func: (given: string) => {
            const inPage = globalThis as unknown as { browser?: Api; chrome: Api };
            return (inPage.browser ?? inPage.chrome).runtime.sendMessage(JSON.parse(given) as object);
          },
        });
        return answer?.result;
      }, url, JSON.stringify(message)),
  };
}

/** The part of the extension API that tests use inside one of our own pages. */
interface Api {
  tabs: { query(what: object): Promise<{ id: number; url?: string; title?: string }[]> };
  action: { getBadgeText(of: object): Promise<string>; getTitle(of: object): Promise<string> };
  storage: Record<"session" | "local", { get(keys: null): Promise<object> }>;
  runtime: { sendMessage(message: object): Promise<unknown> };
  scripting: { executeScript(what: object): Promise<{ result: unknown }[]> };
}

export const READER = /-extension:\/\/[^/]+\/reader\.html/;
export const COMPOSER = /-extension:\/\/[^/]+\/composer\.html/;

/** Waits until the reader says anything but "checking"; answers the sentence's key. */
export async function verdict(reader: Frame, timeout = 15_000): Promise<string> {
  const read = () => reader.evaluate(() => document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"] ?? "");
  await reader.until(() => {
    const key = document.querySelector<HTMLElement>('[data-test="sentence"]')?.dataset["key"];
    return key !== undefined && key !== "sentence_checking";
  }, { what: "the verdict", timeout });
  return read();
}
