import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longestFirst, SECONDS } from "../../e2e/order.ts";

const folder = join(import.meta.dirname, "../../e2e");

describe("the order of end-to-end tests", () => {
  it("begins with the longest, and has the others by name, whatever order they come in", () => {
    const seconds = { "c.test.ts": 100, "d.test.ts": 200 };
    const order = ["d.test.ts", "c.test.ts", "a.test.ts", "b.test.ts"];
    expect(longestFirst(order.toReversed(), seconds)).toEqual(order);
    expect(longestFirst(["b.test.ts", "d.test.ts", "a.test.ts", "c.test.ts"], seconds)).toEqual(order);
  });

  it("knows no file that is gone", () => {
    expect(Object.keys(SECONDS).length).toBeGreaterThan(5);
    expect(Object.keys(SECONDS).filter((name) => !existsSync(join(folder, name)))).toEqual([]);
  });
});
