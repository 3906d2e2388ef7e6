import { describe, expect, it } from "vitest";
import { type Attempts, attemptDelays } from "../../../src/background/attempt-delays.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { memoryArea } from "./memory-area.ts";

describe("slowing wrong attempts", () => {
  it("doubles the wait up to a minute, and never beyond, whatever the clock does", async () => {
    let now = 5_000_000;
    const delays = attemptDelays(sessionTable<Attempts>(memoryArea(), "attempts"), () => new Date(now));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      await delays.charge("v");
      waits.push(await delays.wait("v"));
    }
    expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
    now -= 4_000_000;
    expect(await delays.wait("v")).toBe(60_000);
    expect(await delays.wait("other")).toBe(0);
    await delays.forgive("v");
    expect(await delays.wait("v")).toBe(0);
  });
});
