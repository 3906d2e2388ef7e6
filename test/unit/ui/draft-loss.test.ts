import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { draftFromBytes } from "../../../src/ui/composer/draft-bytes.ts";
import { composer, trusted } from "./composer-harness.ts";
import { kept, unsent, writing } from "./draft-desk.ts";
import * as s from "./samples.ts";

describe("a draft that is kept while other things happen (CO-06)", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it("is not there again once it was removed, though a keeping was under way, and removes it once more where that failed", async () => {
    const { actions, saveDraft, removeDraft, keepAtOnce, model } = await writing();
    const done: string[] = [];
    let written: () => void = () => undefined;
    saveDraft.mockImplementationOnce(() => new Promise<void>((resolve) => (written = resolve)).then(() => void done.push("kept")));
    removeDraft.mockRejectedValueOnce(new Error("busy")).mockImplementation(() => Promise.resolve(void done.push("removed")));
    void keepAtOnce();
    await pass(0);
    actions.discard();
    await pass(1000);
    expect(done).toEqual([]);
    written();
    await pass(60_000);
    expect(done).toEqual(["kept", "removed"]);
    expect(model().unkept).toBeNull();
  });

  it("does not leave the server's copy behind a keeping that hangs, and is removed again should that end", async () => {
    const { actions, saveDraft, removeDraft, remove, model, layout } = await writing();
    await pass(30_000);
    actions.setSubject("Changed");
    let written: () => void = () => undefined;
    saveDraft.mockImplementationOnce(() => new Promise<void>((resolve) => (written = resolve)));
    await pass(3100);
    actions.discard();
    await pass(20_000);
    expect(remove.mock.calls.map(([message]) => message.id)).toEqual(["1"]);
    expect([removeDraft.mock.calls.length, layout.mock.lastCall, model().unkept]).toEqual([1, ["closed"], null]);
    written();
    await pass(0);
    expect(removeDraft).toHaveBeenCalledTimes(2);
  });

  it("does not write over what was typed where that cannot be kept, and says why", async () => {
    const left = await writing({ kept });
    left.saveDraft.mockRejectedValue(new Error("full"));
    left.actions.restoreDraft();
    await pass(0);
    expect(left.model()).toMatchObject({ subject: "", problem: { code: "store.unavailable" }, notice: { about: "draft-found" } });
    expect([left.text.html(), left.context.draftId]).toEqual(["<div>Hello</div>", "draft"]);
    const unlocking = async (window: boolean) => {
      const made = composer({ draftsToAuthor: true, kept, answers: { "keys.unlock": { unlocked: true } }, ...(!window && { mode: "draft" }) });
      made.context.engine.openDraft = vi.fn(() => Promise.resolve({ unsent, ours: true })).mockRejectedValueOnce(new SmimeError("keys.locked"));
      if (window) made.context.binding = { ...made.context.binding, window: { draft: "older", meeting: { tab: 1, frame: 0, ticket: "", secret: "" } } };
      await made.start();
      made.text.setHtml("<div>Typed</div>");
      made.actions.textChanged();
      made.saveDraft.mockRejectedValue(new Error("full"));
      made.actions.unlockOriginal(trusted);
      await pass(0);
      return made;
    };
    for (const made of [await unlocking(true), await unlocking(false)]) {
      expect(made.model()).toMatchObject({ subject: "", problem: { code: "store.unavailable" }, notice: { about: "original-failed", code: "keys.locked" } });
      expect([made.text.html(), made.context.draftId]).toEqual(["<div>Typed</div>", "draft"]);
      // Once it can be kept again, the same way leads on.
      made.saveDraft.mockResolvedValue();
      made.actions.unlockOriginal(trusted);
      await pass(0);
      expect(made.model()).toMatchObject({ subject: "Figures", notice: null });
      made.stop();
    }
    left.stop();
  });

  it.each([true, false])("keeps what was written and not what an emptied composer holds, encrypted to its author: %s", async (encrypts) => {
    let answer: (own: unknown) => void = () => undefined;
    const asked = new Promise((resolve) => (answer = resolve));
    const made = await writing({ draftsToAuthor: true, answers: { "keys.certificates": asked } });
    const keeping = made.keepAtOnce();
    await pass(31_000);
    made.stop();
    made.context.cell.set({ to: [], subject: "" });
    made.text.setHtml("");
    answer([{ id: "1", certificate: utf8("c"), canSign: true, canDecrypt: encrypts }]);
    await keeping;
    await pass(0);
    const [written] = made.saveDraft.mock.lastCall?.slice(1) ?? [];
    const unsentThen = encrypts ? made.sealDraft.mock.calls[0]?.[0] : draftFromBytes((written as { octets: Uint8Array<ArrayBuffer> }).octets);
    expect(unsentThen).toMatchObject({ draft: { to: [s.bob], text: "Hello" } });
    expect(made.store).not.toHaveBeenCalled();
  });
});
