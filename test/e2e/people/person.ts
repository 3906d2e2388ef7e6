import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import type { Driver, Page } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";

/** Somebody with a browser of his own, signed in to Roundcube. */
export interface Person {
  who: string;
  address: string;
  driver: Driver;
  /** The webmail's tab. */
  page: Page;
}

export interface Office {
  lab: Lab;
  browser: BrowserName;
  /** Origin of the webmail. */
  web: string;
  skin: "elastic" | "larry";
}

/** Starts a browser, or the program that is given instead, with the built extension and signs in to Roundcube. */
export async function arrive(office: Office, who: string, program?: string): Promise<Person> {
  const { lab, browser, web } = office;
  const driver = await launch(browser, {
    extension: join(lab.root, "dist", browser === "chromium" ? "chrome" : "firefox"),
    folder: join(lab.folder, "browsers", `${browser}-${who}`),
    outsidePort: lab.ports["outside"] as number,
    processes: lab.processes,
    ...(program !== undefined && { program }),
  });
  try {
    const page = await driver.open(`${web}/`);
    await signIn(page, lab.address(who), lab.password(who));
    return { who, address: lab.address(who), driver, page };
  } catch (error) {
    await driver.close();
    throw error;
  }
}

export async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.type("#rcmloginuser", user);
  await page.type("#rcmloginpwd", password);
  await page.press("Enter");
  await page.waitFor("#messagelist, #messagelistcontainer, #messagelist-content");
}

/** The inbox, drawn anew. */
export async function openInbox({ page }: Person, { web }: Office): Promise<void> {
  await page.goto(`${web}/?_task=mail&_mbox=INBOX`);
  await page.waitFor("#messagelist tr.message");
}
