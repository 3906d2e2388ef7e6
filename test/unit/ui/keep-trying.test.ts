import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import { composer, to } from "./composer-harness.ts";
import * as s from "./samples.ts";

describe("a draft that cannot be kept (CO-06)", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  async function writing() {
    const made = composer();
    await made.start();
    made.actions.add("to", to([s.bob]));
    made.text.setHtml("<div>Hello</div>");
    made.actions.textChanged();
    return made;
  }

  it("is tried again by itself, ever more seldom, until it is kept, without another change", async () => {
    const { saveDraft, model, hasUnkept } = await writing();
    saveDraft.mockRejectedValue(new SmimeError("store.full"));
    await pass(3100);
    expect(saveDraft).toHaveBeenCalledTimes(1);
    await pass(6100);
    expect(saveDraft).toHaveBeenCalledTimes(2);
    await pass(600_000);
    // 3, 9, 21, 45, 93 s, and then once a minute.
    expect(saveDraft.mock.calls.length).toBeGreaterThan(8);
    expect(saveDraft.mock.calls.length).toBeLessThan(16);
    expect(hasUnkept()).toBe(true);
    saveDraft.mockResolvedValue(undefined);
    await pass(61_000);
    expect([hasUnkept(), model().unkept]).toEqual([false, null]);
    const kept = saveDraft.mock.calls.length;
    await pass(120_000);
    expect(saveDraft.mock.calls.length - kept).toBeLessThanOrEqual(1);
  });

  it("makes no storm of tries while somebody writes on", async () => {
    const { saveDraft, actions } = await writing();
    saveDraft.mockRejectedValue(new SmimeError("store.full"));
    for (let i = 0; i < 120; i++) {
      await pass(1000);
      actions.textChanged();
    }
    expect(saveDraft.mock.calls.length).toBeLessThan(8);
  });

  it("is told with its code after a while, not for a moment's failure, and the line goes when it is kept again", async () => {
    const { saveDraft, model } = await writing();
    saveDraft.mockRejectedValueOnce(new SmimeError("store.unavailable"));
    await pass(60_000);
    expect([saveDraft.mock.calls.length >= 2, model().unkept]).toEqual([true, null]);
    const failing = await writing();
    const told: unknown[] = [];
    failing.context.cell.subscribe(() => told.push(failing.model().unkept));
    failing.saveDraft.mockRejectedValue(new SmimeError("store.full"));
    await pass(12_000);
    expect(failing.model().unkept).toBeNull();
    await pass(20_000);
    expect(failing.model().unkept).toBe("store.full");
    failing.saveDraft.mockResolvedValue(undefined);
    await pass(61_000);
    expect(failing.model().unkept).toBeNull();
  });

  it("tells of a database that does not answer at all", async () => {
    const { saveDraft, model } = await writing();
    let answer: () => void = () => undefined;
    saveDraft.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    await pass(30_000);
    expect(model().unkept).toBe("store.no-answer");
    answer();
    await pass(0);
    expect(model().unkept).toBeNull();
  });

  it("is not tried any more in a composer that has gone", async () => {
    const { saveDraft, stop } = await writing();
    saveDraft.mockRejectedValue(new SmimeError("store.full"));
    await pass(3100);
    stop();
    const before = saveDraft.mock.calls.length;
    await pass(200_000);
    expect(saveDraft.mock.calls.length).toBe(before);
  });
});
