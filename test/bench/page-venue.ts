import { join } from "node:path";
import { createProcesses } from "../lab/processes.mjs";
import { startOutside } from "../lab/outside.mjs";
import { type BrowserName, launch } from "../e2e/driver/launch.ts";
import { OURS } from "./contests.ts";
import type { GivenInputs } from "./inputs.ts";
import type { Task } from "./page/messages.ts";
import { processesOf, watchGrowth } from "./process-memory.ts";
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
    // A new tab each time: what the last one left in memory goes with it.
    const perform = async (task: Task): Promise<Record<string, number[]>> => {
      const outcome = server.outcome();
      const [page] = await Promise.all([driver.open(`${server.origin}/#${encodeURIComponent(JSON.stringify(task))}`), outcome]);
      await page.close();
      return outcome;
    };
    return {
      where: driver.version,
      hold(contest, inputs, options) {
        server.give(inputs);
        return perform({ contest, options });
      },
      async grow(contest, { small, large }) {
        let grown: (() => number) | undefined;
        let most = 0;
        server.give({ ...inFolder("small", small), ...inFolder("large", large) }, {
          begins: () => void (grown = watchGrowth(processesOf(driver.profile))),
          ends: () => void (most = grown?.() ?? 0),
        });
        await perform({ grow: contest });
        // A turn copies its input first, and that is no growth of the work's.
        return { [OURS]: most - (large[contest === "seal" ? "attachment" : "mail"]?.length ?? 0) };
      },
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

function inFolder(folder: string, inputs: GivenInputs): GivenInputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
}
