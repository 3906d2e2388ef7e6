import { join } from "node:path";
import { createProcesses } from "../lab/processes.mjs";
import { startOutside } from "../lab/outside.mjs";
import { type BrowserName, launch } from "../e2e/driver/launch.ts";
import { startPageServer } from "./page-server.ts";
import type { Venue } from "./venue.ts";

/** A browser with a page of ours, in which each side has a dedicated worker. */
export async function pageVenue(browser: BrowserName, folder: string): Promise<Venue> {
  const processes = createProcesses();
  const outside = await startOutside({ port: 0 });
  const server = await startPageServer();
  const close = async (): Promise<void> => {
    await processes.stopAll();
    server.close();
    await outside.close();
  };
  try {
    const driver = await launch(browser, { extension: null, folder: join(folder, browser), outsidePort: outside.port, processes });
    return {
      where: driver.version,
      async hold(contest, inputs, options) {
        server.give(inputs);
        const outcome = server.outcome();
        // A new tab each time: what the last one left in memory goes with it.
        const [page] = await Promise.all([driver.open(`${server.origin}/#${encodeURIComponent(JSON.stringify({ contest, options }))}`), outcome]);
        await page.close();
        return outcome;
      },
      grow: () => Promise.reject(new Error("later")),
      async close() {
        await driver.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
