import { describe, expect, it, vi } from "vitest";
import { removals } from "../../../src/background/removals.ts";

describe("undoing a removal", () => {
  const desk = () => {
    let now = 0;
    return { all: removals(() => new Date(now)), later: (ms: number) => (now += ms) };
  };

  it("goes back once", async () => {
    const { all, later } = desk();
    const restore = vi.fn(() => Promise.resolve());
    const name = all.keep(restore);
    later(10_000);
    await all.undo(name);
    await expect(all.undo(name)).rejects.toMatchObject({ code: "store.not-found" });
    expect(restore).toHaveBeenCalledOnce();
  });

  it("goes back neither too late nor by another name", async () => {
    const { all, later } = desk();
    const restore = vi.fn(() => Promise.resolve());
    const name = all.keep(restore);
    await expect(all.undo("another")).rejects.toMatchObject({ code: "store.not-found" });
    later(12_001);
    await expect(all.undo(name)).rejects.toMatchObject({ code: "store.not-found" });
    expect(restore).not.toHaveBeenCalled();
  });
});
