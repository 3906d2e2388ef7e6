import { join } from "node:path";
import { expect } from "vitest";
import type { Lab } from "../../lab/lab.mjs";
import type { Driver, Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { browserUnderPolicy } from "../policy/managed-browser.ts";
import { GECKO_ID } from "./package-server.ts";

/** What the extension's pages can ask the browser. */
export interface Api {
  chrome: {
    permissions: { getAll(): Promise<{ origins: string[]; permissions: string[] }>; contains(what: object): Promise<boolean> };
    management: { getSelf(): Promise<{ installType: string; mayDisable: boolean; version: string }> };
    runtime: { requestUpdateCheck(): Promise<object>; onUpdateAvailable: { addListener(listener: (details: { version: string }) => void): void } };
  };
}

/** Starts a browser, with the profile of that name, which has nothing but a policy file. @param id the package's id in Chromium */
export function startUnderPolicy(lab: Lab, browser: BrowserName, name: string, id: string, policy: object): Promise<Driver> {
  return launch(browser, {
    extension: null,
    installed: browser === "chromium" ? id : GECKO_ID,
    folder: join(lab.folder, "browsers", name),
    outsidePort: lab.ports["outside"] as number,
    processes: lab.processes,
    program: browserUnderPolicy(lab, browser, policy).program,
  });
}

/**
 * The options page, once it shows what it is to: after the browser has installed the extension and, which takes Chromium some
 * seconds, told it what the policy says. It is seldom opened anew: Chromium puts that off while pages are loaded all the time.
 */
export async function optionsOf(driver: Driver, shown: string): Promise<Page> {
  let page: Page | null = null;
  await expect.poll(async () => {
    await page?.close();
    page = await driver.open(`${driver.extension}/options.html`).catch(() => null);
    return page !== null && page.waitFor(shown, { timeout: 8000 }).then(() => true, () => false);
  }, { timeout: 120_000, interval: 1000 }).toBe(true);
  return page as unknown as Page;
}
