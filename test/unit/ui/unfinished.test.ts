import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { OutboxRecord, SendState } from "../../../src/protocol/outbox.ts";
import type { SendResult } from "../../../src/protocol/webmail.ts";
import { makeUnfinished, type UnfinishedModel } from "../../../src/ui/composer/unfinished.ts";
import { makeCell } from "../../../src/ui/shared/cell.ts";

const trusted = { isTrusted: true };
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

function record(...states: SendState[]): OutboxRecord {
  const envelopes = states.map((state, i) => ({ id: `e${i}`, recipients: [`p${i}@lab.test`], visible: i === 0, state, code: null, message: null }));
  return { id: "s", account: "alice@lab.test", origin: "https://mail.lab.test", createdAt: "2026-05-03T08:31:00Z", recipients: [], protection: { signed: true, encrypted: true }, identity: "1", draft: "d", envelopes };
}

/** The list over one record, with a webmail that answers as told; `state` is what the background knows. */
function list(first: OutboxRecord, around: { result?: SendResult; found?: SendResult | null; steady?: boolean | null } = {}) {
  let state = first;
  const cell = makeCell<UnfinishedModel>({ records: null, busy: null, problem: null, looked: [] });
  const asked: string[] = [];
  const settle = (envelope: string, to: SendState) => {
    state = { ...state, envelopes: state.envelopes.map((each) => (each.id === envelope ? { ...each, state: to } : each)) };
  };
  const send = vi.fn(({ envelope }: { envelope: string; again: boolean }) => {
    if ((around.result?.state ?? "sent") === "sent") settle(envelope, "filed");
    return Promise.resolve(around.result ?? { state: "sent", message: null });
  });
  const findSent = vi.fn(({ envelope }: { envelope: string }) => {
    if (around.found) settle(envelope, "filed");
    return Promise.resolve(around.found ?? null);
  });
  const removeStored = vi.fn(() => Promise.resolve());
  const removeDraft = vi.fn(() => Promise.resolve());
  const actions = makeUnfinished(cell, {
    ask: ((name: string) => (asked.push(name), Promise.resolve(name === "outbox.unfinished" ? [state] : state))) as never,
    content: { send, findSent, removeStored, layout: vi.fn() } as never,
    store: { finished: () => Promise.resolve(utf8("sealed")), removeDraft },
    visibility: { steady: () => around.steady ?? null },
  });
  return { cell, actions, asked, send, findSent, removeStored, removeDraft };
}

describe("messages that were not sent", () => {
  it("does nothing by itself but list them", async () => {
    const { actions, asked, cell } = list(record("failed"));
    actions.load();
    await soon();
    expect(asked).toEqual(["outbox.unfinished"]);
    expect(cell.get().records).toHaveLength(1);
  });

  it("tries again only what certainly did not go out, and says that it was tried before", async () => {
    const { actions, send, removeDraft } = list(record("filed", "unknown", "failed", "stored"));
    actions.again("s", trusted);
    await soon();
    expect(send.mock.calls.map(([{ envelope, again }]) => [envelope, again])).toEqual([["e2", true], ["e3", true]]);
    expect(removeDraft).toHaveBeenCalledWith("d");
  });

  it("takes no press of a script, and none while something covers it", async () => {
    const untrusted = list(record("failed"));
    untrusted.actions.again("s", { isTrusted: false });
    untrusted.actions.discard("s", { isTrusted: false });
    await soon();
    expect(untrusted.asked).toEqual([]);
    const covered = list(record("failed"), { steady: false });
    covered.actions.again("s", trusted);
    await soon();
    expect(covered.send).not.toHaveBeenCalled();
    expect(covered.cell.get().problem).toBe("send.not-visible");
  });

  it("looks in Sent for what is unknown, and sends nothing", async () => {
    const { actions, send, findSent, cell } = list(record("unknown", "failed"));
    actions.look("s");
    await soon();
    expect(findSent.mock.calls.map(([{ envelope }]) => envelope)).toEqual(["e0"]);
    expect(send).not.toHaveBeenCalled();
    expect(cell.get().looked).toEqual(["s"]);
  });

  it("says nothing of not finding when it was found", async () => {
    const { actions, cell, removeDraft } = list(record("unknown"), { found: { state: "sent", message: null } });
    actions.look("s");
    await soon();
    expect(cell.get().looked).toEqual([]);
    expect(removeDraft).toHaveBeenCalled();
  });

  it("gives up when told to, and tidies the webmail's Drafts", async () => {
    const { actions, asked, removeStored } = list(record("filed", "stored", "unknown"));
    actions.discard("s", trusted);
    await soon();
    expect(removeStored).toHaveBeenCalledTimes(2);
    expect(asked).toContain("outbox.discard");
  });
});
