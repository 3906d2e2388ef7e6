import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/e2e/order.ts";

const endToEnd = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Real browsers on two busy cores miss a moment now and then. A second try is reported as one ("retry x1").
  retry: 1,
};
const ALONE = "test/e2e/**/*.alone.test.ts";

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "interop", include: ["test/interop/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          ...endToEnd,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: [ALONE],
          // Two lanes: browsers, and tests for them, wait much of their time, and one lane leaves half of two cores idle. A file has a
          // lab of its own, with a folder and ports that no other has.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      // What cannot bear another test beside it, after all others and one by one.
      { test: { ...endToEnd, name: "e2e-alone", include: [ALONE], fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
