import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import type { Frame } from "../driver/driver.ts";
import { type BrowserName, launch } from "../driver/launch.ts";
import { openInbox, type Office, type Person, signIn } from "../people/person.ts";
import { allowWebmail, importKey, type KeyFile, openSetUp } from "../people/set-up.ts";
import { atAnotherTime } from "./at-another-time.ts";
import type { WatchedNetwork } from "./watched-network.ts";

/** Somebody who reads the attackers' mail, one message after the other in one browser. */
export interface Desk extends Person {
  /** Draws the list anew; what was being written is left. */
  list(): Promise<void>;
  /** Clicks a message in the list and answers the preview that shows it. */
  preview(uid: number): Promise<Frame>;
  /** The same, and our reader in it. */
  read(uid: number): Promise<Frame>;
}

export const READER = /-extension:\/\/[^/]+\/reader\.html/;

/** Starts a browser in the watched network and sets it up with keys; `at` is another time than now for the background's clock. */
export async function sitDown(lab: Lab, browser: BrowserName, network: WatchedNetwork, { who, keys, at }: { who: string; keys: KeyFile[]; at?: string }): Promise<Desk> {
  const built = join(lab.root, "dist", browser === "chromium" ? "chrome" : "firefox");
  const folder = join(lab.folder, "browsers", who);
  const extension = at === undefined ? built : atAnotherTime(built, join(lab.folder, "extensions", who), at);
  const driver = await launch(browser, { extension, folder, outsidePort: null, program: network.program(browser), processes: lab.processes });
  try {
    const office: Office = { lab, browser, web: lab.web, skin: "elastic" };
    const page = await driver.open(`${lab.web}/`);
    await signIn(page, lab.address(who), lab.password(who));
    const person: Person = { who, address: lab.address(who), driver, page };
    for (const [index, key] of keys.entries()) {
      const setup = await openSetUp(person, office);
      await importKey(setup, key);
      if (index === keys.length - 1) await allowWebmail(setup, person, office);
      await setup.close();
    }
    await page.activate();
    const list = (): Promise<void> => openInbox(person, office);
    const shows = (uid: number) => (url: string): boolean => url.includes("_action=preview") && new URL(url).searchParams.get("_uid") === String(uid);
    const preview = async (uid: number): Promise<Frame> => {
      // Roundcube may load a preview anew that is there already: who found the old one would see it vanish.
      const shown = await Promise.all((await page.frames()).map((frame) => frame.url().catch(() => "")));
      if (shown.some(shows(uid))) await list();
      // Roundcube names rows by UID in base64. One that its list has scrolled away lies in the window, under other things.
      const row = `#rcmrow${Buffer.from(String(uid)).toString("base64").replace(/=+$/, "")} td.subject`;
      await page.evaluate((selector) => document.querySelector(selector)?.scrollIntoView({ block: "center" }), row);
      await page.click(row);
      return page.frame(shows(uid));
    };
    return { ...person, preview, list, read: async (uid) => (await preview(uid)).frame(READER) };
  } catch (error) {
    await driver.close();
    throw error;
  }
}
