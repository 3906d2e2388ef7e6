import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "interop", include: ["test/interop/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // One lab and one browser at a time: two cores, and mailboxes that the tests share.
          fileParallelism: false,
          // Real browsers on two busy cores miss a moment now and then. A second try is reported as one ("retry x1").
          retry: 1,
        },
      },
    ],
  },
});
