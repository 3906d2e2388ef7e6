import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeRemoving, type RemovingModel } from "../../../src/ui/certificates/removing.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";

function desk(undo: string | null = "u1") {
  const asked: [string, unknown][] = [];
  const cell = makeCell<RemovingModel>({ removed: null });
  const ask = (name: string, input: unknown) => (asked.push([name, input]), Promise.resolve(name === "identity.remove" ? null : { undo }));
  const act = async (work: () => Promise<unknown>) => (await work(), true);
  return { asked, cell, ...makeRemoving(cell, { ask: ask as never, act }) };
}

describe("removing on the certificates page", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([["people", "certificates.remove"], ["authorities", "anchor.remove"]] as const)("of %s can be undone for ten seconds", async (kind, request) => {
    const { asked, cell, remove, undo } = desk();
    remove(kind, "k", "Bob");
    await vi.advanceTimersByTimeAsync(9_900);
    expect(cell.get().removed).toEqual({ kind, name: "Bob", undo: "u1" });
    undo();
    expect(cell.get().removed).toBeNull();
    expect(asked).toEqual([[request, { sha256: "k" }], ["removal.undo", { undo: "u1" }]]);
    remove(kind, "k", "Bob");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(cell.get().removed).toBeNull();
    undo();
    expect(asked).toHaveLength(3);
  });

  it("of a key offers no way back, and neither does removing nothing", async () => {
    const { asked, cell, remove } = desk();
    remove("mine", "1", "Alice");
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, cell.get().removed]).toEqual([[["identity.remove", { id: "1" }]], null]);
    const nothing = desk(null);
    nothing.remove("people", "k", "Bob");
    await vi.advanceTimersByTimeAsync(0);
    expect(nothing.cell.get().removed).toBeNull();
  });

  it("offers the last removal alone, for its own ten seconds", async () => {
    const { cell, remove } = desk();
    remove("people", "k", "Bob");
    await vi.advanceTimersByTimeAsync(6_000);
    remove("people", "l", "Carol");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(cell.get().removed).toMatchObject({ name: "Carol" });
  });
});
