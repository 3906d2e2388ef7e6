import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { draftFromBytes, draftToBytes } from "../../../src/ui/composer/draft-bytes.ts";
import { composer, trusted } from "./composer-harness.ts";
import { kept, unsent, writing } from "./draft-desk.ts";
import * as s from "./samples.ts";

describe("drafts while writing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it("keeps every few seconds, also while somebody goes on writing, and stores on the server when idle (CO-06)", async () => {
    const { actions, saveDraft, store, sealDraft, model } = await writing();
    for (let i = 0; i < 4; i++) {
      await pass(1000);
      actions.textChanged();
    }
    expect(saveDraft).toHaveBeenCalledOnce();
    expect(model().savedAt).not.toBeNull();
    expect(store).not.toHaveBeenCalled();
    await pass(30_000);
    expect(store).toHaveBeenCalledOnce();
    expect(sealDraft.mock.calls[0]?.[0]).toMatchObject({ draft: { to: [s.bob], text: "Hello" }, sign: true, encrypt: true });
    expect(saveDraft.mock.calls.at(-1)?.[3]).toMatchObject({ id: "1" });
    await pass(120_000);
    expect(store).toHaveBeenCalledOnce();
  });

  it("keeps here what its author's key alone opens, by certificates that were asked for when writing began", async () => {
    const { actions, saveDraft, sealDraft, asked, keepAtOnce } = await writing({ draftsToAuthor: true });
    await pass(100);
    // Asked before they are needed: when the session ends, nobody answers any more.
    expect(asked.filter(([name]) => name === "keys.certificates")).toHaveLength(1);
    expect(saveDraft).not.toHaveBeenCalled();
    actions.setSubject("Last words");
    expect(await keepAtOnce()).toBe(true);
    expect(saveDraft.mock.calls[0]?.[1]).toEqual({ for: "author", mime: utf8("sealed draft") });
    expect(sealDraft.mock.lastCall).toMatchObject([{ draft: { subject: "Last words" } }, [utf8("c")], {}]);
    expect(asked.filter(([name]) => name === "keys.certificates")).toHaveLength(1);
    // Without a certificate to encrypt to, this computer seals it.
    const alone = await writing({ draftsToAuthor: true, answers: { "keys.certificates": [{ id: "1", certificate: utf8("c"), canSign: true, canDecrypt: false }] } });
    await pass(3100);
    expect(alone.saveDraft.mock.calls[0]?.[1]).toMatchObject({ for: "computer" });
  });

  it("says that it is kept only when a keeping that was under way is done, and keeps anew where that one failed", async () => {
    const { saveDraft, sealDraft, keepAtOnce, actions } = await writing({ draftsToAuthor: true });
    let refuse: (error: Error) => void = () => undefined;
    sealDraft.mockImplementationOnce(() => new Promise((_done, failed) => (refuse = failed)));
    await pass(3100);
    expect([sealDraft.mock.calls.length, saveDraft.mock.calls.length]).toEqual([1, 0]);
    const said = vi.fn();
    const kept = keepAtOnce().then(said);
    await pass(0);
    expect(said).not.toHaveBeenCalled();
    refuse(new Error("stopped"));
    await kept;
    expect(said).toHaveBeenCalledExactlyOnceWith(true);
    expect(saveDraft).toHaveBeenCalledOnce();
    // Where none succeeds, nobody is told otherwise.
    sealDraft.mockRejectedValue(new Error("no"));
    actions.setSubject("Changed");
    expect(await Promise.all([keepAtOnce(), keepAtOnce()])).toEqual([false, false]);
  });

  it("makes the message that both places keep once, and anew after a change or another choice", async () => {
    const { actions, saveDraft, store, sealDraft } = await writing({ draftsToAuthor: true });
    await pass(40_000);
    expect([saveDraft.mock.calls.length, store.mock.calls.length, sealDraft.mock.calls.length]).toEqual([2, 1, 1]);
    actions.setSubject("Changed");
    await pass(3100);
    expect(sealDraft).toHaveBeenCalledTimes(2);
    actions.toggleReceipt();
    await pass(40_000);
    expect(sealDraft.mock.lastCall?.[0]).toMatchObject({ receipt: true, draft: { subject: "Changed" } });
  });

  it("opens such a draft with the author's key, and says that it opened", async () => {
    const { actions, model, asked } = await writing({ draftsToAuthor: true, kept, found: { unsent, ours: true } });
    actions.restoreDraft();
    await pass(0);
    expect(model()).toMatchObject({ subject: "Figures", bcc: [s.carol] });
    expect(asked.map(([name]) => name)).toContain("keys.opened");
  });

  it("has the key unlocked that opens such a draft, in place or moved to a window of its own, and goes on with it then", async () => {
    const locked = () => {
      const made = composer({ draftsToAuthor: true, kept, answers: { "keys.unlock": { unlocked: true } } });
      const open = vi.fn(() => Promise.resolve({ unsent, ours: true })).mockRejectedValueOnce(new SmimeError("keys.locked"));
      made.context.engine.openDraft = open;
      return made;
    };
    const left = locked();
    await left.start();
    left.actions.restoreDraft();
    await pass(0);
    expect(left.model()).toMatchObject({ subject: "Figures", problem: null, notice: null });
    const moved = locked();
    moved.context.binding = { ...moved.context.binding, window: { draft: "older", meeting: { tab: 1, frame: 0, ticket: "", secret: "" } } };
    await moved.start();
    expect(moved.model()).toMatchObject({ subject: "", notice: { about: "original-failed", code: "keys.locked" } });
    moved.actions.unlockOriginal(trusted);
    await pass(0);
    expect(moved.model()).toMatchObject({ subject: "Figures", notice: null });
    expect(moved.context.draftId).toBe("older");
  });

  it("replaces the server's older copy only after the newer is there", async () => {
    const { actions, store, remove } = await writing();
    await pass(30_000);
    actions.setSubject("Changed");
    await pass(30_000);
    expect(store).toHaveBeenCalledTimes(2);
    expect(remove.mock.calls.map(([message]) => message.id)).toEqual(["1"]);
    actions.setSubject("Again");
    store.mockRejectedValueOnce(new Error("down"));
    await pass(30_000);
    expect(remove).toHaveBeenCalledOnce();
  });

  it("stays on this computer without an encryption certificate, and closes", async () => {
    const { actions, store, saveDraft, layout } = await writing({ answers: { "keys.certificates": [] } });
    actions.close();
    await pass(0);
    expect(saveDraft).toHaveBeenCalled();
    expect(store).not.toHaveBeenCalled();
    expect(layout).toHaveBeenCalledWith("closed");
  });

  it("asks before it closes where nothing could be kept", async () => {
    const { actions, saveDraft, layout, model } = await writing({ answers: { "keys.certificates": [] } });
    saveDraft.mockRejectedValue(new Error("disk"));
    actions.close();
    await pass(0);
    expect(model().question?.ask).toBe("discard");
    expect(layout).not.toHaveBeenCalled();
  });

  it("removes both copies once it is sent", async () => {
    const { actions, remove, removeDraft, store } = await writing();
    await pass(30_000);
    actions.send(trusted);
    await pass(100_000);
    expect(remove.mock.calls.map(([message]) => message.id)).toEqual(["1"]);
    expect(removeDraft).toHaveBeenCalledWith("draft");
    expect(store).toHaveBeenCalledOnce();
  });

  it("offers what was left behind and goes on with it, choices included; what was written meanwhile stays", async () => {
    const { actions, model, text, saveDraft, remove } = await writing({ kept });
    expect(model().notice).toEqual({ about: "draft-found", savedAt: kept.savedAt });
    actions.restoreDraft();
    await pass(0);
    expect(saveDraft.mock.calls.map(([id]) => id)).toEqual(["draft"]);
    expect(model()).toMatchObject({ subject: "Figures", to: [s.bob], bcc: [s.carol], sign: false, encrypt: true, originalEncrypted: true, inReplyTo: "m@lab.test", notice: null });
    expect(model().files.map(({ name, fromOriginal }) => [name, fromOriginal])).toEqual([["a.txt", true], ["p.png", false]]);
    expect(text.html()).toContain("blob:x");
    actions.setSubject("On");
    await pass(30_000);
    expect(saveDraft.mock.calls.at(-1)?.[0]).toBe("older");
    expect(remove.mock.calls.map(([message]) => message.id)).toEqual(["5"]);
  });

  it("discards only after ten seconds without Undo, and at once when the composer goes", async () => {
    const made = composer({ kept });
    await made.start();
    made.actions.discardDraft();
    await pass(9000);
    made.actions.undoDiscard();
    await pass(20_000);
    expect(made.removeDraft).not.toHaveBeenCalled();
    expect(made.model().notice?.about).toBe("draft-found");
    made.actions.discardDraft();
    await pass(10_000);
    expect(made.removeDraft).toHaveBeenCalledWith("older");
    const left = composer({ kept });
    await left.start();
    left.actions.discardDraft();
    await pass(0);
    left.actions.close();
    expect(left.removeDraft).toHaveBeenCalledWith("older");
  });

  it("discards no draft that another composer has gone on with meanwhile", async () => {
    const made = composer({ kept });
    await made.start();
    made.context.store.hold = () => Promise.resolve(false);
    made.actions.discardDraft();
    await pass(20_000);
    made.actions.close();
    expect([made.model().notice, made.removeDraft.mock.calls]).toEqual([null, []]);
  });

  it("opens a draft of the server's folder and replaces it only if it is ours; another is announced", async () => {
    const ours = composer({ mode: "draft", found: { unsent, ours: true } });
    await ours.start();
    expect(ours.model()).toMatchObject({ subject: "Figures", bcc: [s.carol], notice: null });
    ours.actions.setSubject("On");
    await pass(30_000);
    expect(ours.remove.mock.calls.map(([message]) => message.id)).toEqual(["7"]);
    const planted = composer({ mode: "draft", found: { unsent: { ...unsent, unproved: true }, ours: false } });
    await planted.start();
    expect(planted.model().notice).toEqual({ about: "draft-unproved" });
    planted.actions.setSubject("On");
    await pass(30_000);
    expect(planted.remove).not.toHaveBeenCalled();
    expect(planted.sealDraft.mock.calls.at(-1)?.[0]).toMatchObject({ unproved: true });
  });

  it("opens no draft that another composer has open, whether this computer keeps it or the server alone", async () => {
    const held = new Set<string>();
    const opened = async (here: typeof kept | null = null) => {
      const made = composer({ mode: "draft", found: { unsent, ours: true } });
      made.context.store.draftOnServer = () => Promise.resolve(here);
      made.context.store.hold = (id) => Promise.resolve(!held.has(id) && !!held.add(id));
      await made.start();
      return made;
    };
    const first = await opened();
    expect(first.model()).toMatchObject({ subject: "Figures", problem: null });
    const second = await opened();
    expect(second.model()).toMatchObject({ subject: "", problem: { code: "store.draft-open" } });
    // The copy that the first one has put in its place is its own, too.
    first.actions.setSubject("On");
    await pass(30_000);
    expect(first.store).toHaveBeenCalledOnce();
    expect([...held].filter((name) => name.includes('"1"'))).toHaveLength(1);
    held.clear();
    held.add(kept.id);
    const third = await opened(kept);
    expect(third.model()).toMatchObject({ subject: "", problem: { code: "store.draft-open" } });
    for (const made of [first, second, third]) made.stop();
  });

  it("says why a draft cannot be opened", async () => {
    const { start, model } = composer({ mode: "draft" });
    await start();
    expect(model().problem).toEqual({ code: "cms.decrypt-failed" });
  });
});

describe("a draft in octets", () => {
  it("comes back as it was", () => {
    expect(draftFromBytes(draftToBytes(unsent))).toEqual(unsent);
  });
});
