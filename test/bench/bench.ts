import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startLab } from "../lab/lab.mjs";
import { openAMessage } from "./open-a-message.ts";
import type { Row } from "./row.ts";
import { sealAndInspect } from "./seal-and-inspect.ts";
import { sizes } from "./sizes.ts";

export type { Row } from "./row.ts";
export { table } from "./table.ts";

export const sizeNames: readonly string[] = sizes.map(({ name }) => name);

export interface BenchOptions {
  /** Some of `sizeNames`; all if empty. */
  sizes: string[];
}

/** What can be measured, by name. */
export const benches: Record<string, (options: BenchOptions) => AsyncGenerator<Row>> = {
  async *engine(options) {
    letCollect();
    const wanted = sizes.filter(({ name }) => options.sizes.length === 0 || options.sizes.includes(name));
    yield* sealAndInspect(wanted);
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

/** Lets `measureHere` ask for garbage collection between turns: what one side leaves behind is not to slow the next. */
function letCollect(): void {
  setFlagsFromString("--expose-gc");
  (globalThis as { gc?: () => void }).gc ??= runInNewContext("gc") as () => void;
}
