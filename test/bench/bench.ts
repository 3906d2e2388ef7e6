import { startLab } from "../lab/lab.mjs";
import { openAMessage } from "./open-a-message.ts";
import { sealAndInspect } from "./seal-and-inspect.ts";
import type { Row } from "./row.ts";

export type { Row } from "./row.ts";

/** What can be measured, by name. */
export const benches: Record<string, () => AsyncGenerator<Row>> = {
  async *engine() {
    yield* sealAndInspect();
  },
  async *reader() {
    const lab = await startLab({ name: "bench" });
    try {
      for (const browser of ["chromium", "firefox"] as const) yield await openAMessage(lab, browser);
    } finally {
      await lab.stop();
    }
  },
};
