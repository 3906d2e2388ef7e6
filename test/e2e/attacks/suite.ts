import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { haveCorpora } from "../../interop/support/corpora.ts";
import { startLab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";
import { asBuilt } from "./as-built.ts";
import { corpusInTime } from "./corpus-in-time.ts";
import type { Ground } from "./ground.ts";
import { watchNetwork } from "./watched-network.ts";

/** The attackers' mail in Roundcube, read and answered in our frames while everything that the browser asks for is written down. */
export function attacksSuite(browser: BrowserName): void {
  describe(`attacks in ${browser}`, () => {
    const ground = { browser } as Ground;
    beforeAll(async () => {
      ground.lab = await startLab({ name: `attacks-${browser}` });
      ground.network = await watchNetwork(join(ground.lab.folder, "names"));
    });
    afterAll(async () => {
      await ground.network?.close();
      await ground.lab?.stop();
    });

    describe.skipIf(!haveCorpora)("published attacks: every expectation of the corpus, as it is drawn (UI-02, UI-03, UI-06, UI-10)", () => corpusInTime(ground));
    describe("a sample of each class of test/unit/smime/attacks, as it is drawn (UI-02, UI-03, UI-10)", () => asBuilt(ground));
  });
}
