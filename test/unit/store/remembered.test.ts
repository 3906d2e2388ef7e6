import { describe, expect, it } from "vitest";
import { type Remembered, remembered } from "../../../src/store/remembered.ts";

/** A store of numbers behind connections that are told apart; `reads` counts what the database was asked. */
function setup() {
  const store = { rows: [1], reads: 0, connection: {}, hold: Promise.resolve(), broken: false };
  type Open = Parameters<typeof remembered>[0];
  const memory: Remembered<number[]> = remembered((() => Promise.resolve(store.connection)) as unknown as Open, async () => {
    store.reads++;
    const rows = [...store.rows];
    await store.hold;
    if (store.broken) throw new Error("broken");
    return rows;
  });
  return { store, memory };
}

describe("a read that is remembered", () => {
  it("is asked for once, until the store is written or opened anew", async () => {
    const { store, memory } = setup();
    expect(await Promise.all([memory.get(), memory.get()])).toEqual([[1], [1]]);
    expect(await memory.get()).toBe(await memory.get());
    expect(store.reads).toBe(1);
    store.rows = [1, 2];
    memory.written();
    expect([await memory.get(), store.reads]).toEqual([[1, 2], 2]);
    store.connection = {};
    store.rows = [3];
    expect(await memory.get()).toEqual([3]);
  });

  it("that is still under way while something is written does not outlive the write", async () => {
    const { store, memory } = setup();
    let go = (): void => undefined;
    store.hold = new Promise((resolve) => (go = resolve));
    const early = memory.get();
    await Promise.resolve();
    store.rows = [2];
    memory.written();
    const late = memory.get();
    go();
    expect([await early, await late, await memory.get()]).toEqual([[1], [2], [2]]);
  });

  it("is tried again after a failure", async () => {
    const { store, memory } = setup();
    store.broken = true;
    await expect(memory.get()).rejects.toThrow("broken");
    store.broken = false;
    expect(await memory.get()).toEqual([1]);
  });
});
