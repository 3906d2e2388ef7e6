import { describe, expect, it } from "vitest";
import { type SessionArea, sessionTable } from "../../../src/background/session-table.ts";
import { memoryArea } from "./memory-area.ts";

describe("a table in the session's memory", () => {
  it("is read once in a worker's life, and outlives it", async () => {
    const area = memoryArea();
    let reads = 0;
    const counting: SessionArea = { ...area, get: (key) => (reads++, area.get(key)) };
    const table = sessionTable<number>(counting, "n");
    await table.change((rows) => (rows["a"] = 1));
    await table.change((rows) => (rows["b"] = 2));
    expect(await table.read()).toEqual({ a: 1, b: 2 });
    expect(reads).toBe(1);
    expect(await sessionTable<number>(area, "n").read()).toEqual({ a: 1, b: 2 });
  });

  it("gives out copies: nobody changes a row but by `change`", async () => {
    const table = sessionTable<{ n: number }>(memoryArea(), "n");
    await table.change((rows) => (rows["a"] = { n: 1 }));
    const rows = await table.read();
    (rows["a"] as { n: number }).n = 2;
    expect(await table.read()).toEqual({ a: { n: 1 } });
  });

  it("believes the area after a change that could not be kept", async () => {
    const area = memoryArea();
    let broken = false;
    const table = sessionTable<number>({ ...area, set: (items) => (broken ? Promise.reject(new Error("full")) : area.set(items)) }, "n");
    await table.change((rows) => (rows["a"] = 1));
    broken = true;
    await expect(table.change((rows) => (rows["a"] = 2))).rejects.toThrow("full");
    expect(await table.read()).toEqual({ a: 1 });
  });

  it("keeps what was there when a change throws", async () => {
    const table = sessionTable<number>(memoryArea(), "n");
    await table.change((rows) => (rows["a"] = 1));
    await expect(
      table.change((rows) => {
        rows["a"] = 2;
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await table.read()).toEqual({ a: 1 });
  });
});
