import { describe, expect, it, vi } from "vitest";
import { SmimeError } from "../../../src/base/errors.ts";
import { afterLogout, isOf, type Purge } from "../../../src/background/after-logout.ts";
import { verdictAction } from "../../../src/background/action.ts";
import { bindings } from "../../../src/background/bindings.ts";
import { contentHandlers } from "../../../src/background/handlers/content.ts";
import { keptAnswers } from "../../../src/background/kept-answers.ts";
import { openFrames } from "../../../src/background/open-frames.ts";
import { presence } from "../../../src/background/presence.ts";
import type { Services } from "../../../src/background/services.ts";
import { sendTickets } from "../../../src/background/send-tickets.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { type FramePurpose, tickets } from "../../../src/background/tickets.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import { memoryArea } from "./memory-area.ts";

const origin = "https://mail.lab.test";
const alice = { origin, account: "alice@lab.test" };
const bob = { origin: "https://other.test", account: "bob@lab.test" };
const purpose = (who: typeof alice, tab: number): FramePurpose => ({ ...who, kind: "reader", tab, opener: "D", openerFrame: 0, message: { account: who.account, folder: "INBOX", id: "1" }, mode: null });
const frame = (tab: number) => ({ tab, frame: 3, document: `F${tab}` });
const verdict = { sentence: "s", substitutions: [], author: null, signed: "none", encrypted: "decrypted" } as const;

describe("what goes when a session ends", () => {
  it("has every room forget, also when one fails, and each by itself", async () => {
    const told: string[] = [];
    const room = (name: string): Purge => ({ ended: ({ account }) => Promise.resolve(told.push(`${name} ${account}`)), locked: () => Promise.resolve(told.push(`${name} locked`)) });
    const broken: Purge = { ended: () => Promise.reject(new Error("no")), locked: () => { throw new Error("no"); } };
    const all = afterLogout([broken, room("a"), { ended: () => Promise.resolve() }, room("b")]);
    await all.ended([alice, bob]);
    await all.locked();
    expect(told.toSorted()).toEqual(["a alice@lab.test", "a bob@lab.test", "a locked", "b alice@lab.test", "b bob@lab.test", "b locked"]);
  });

  it("says that locking failed where a room that must lock failed, once all were tried, and where no other did", async () => {
    const locked = vi.fn(() => Promise.resolve());
    const failing = (code: "store.unavailable" | "host.unavailable", mustLock?: true): Purge => ({ ended: () => Promise.resolve(), locked: () => Promise.reject(new SmimeError(code)), ...(mustLock && { mustLock }) });
    await expect(afterLogout([failing("host.unavailable"), failing("store.unavailable", true), { ended: locked, locked }]).locked()).rejects.toMatchObject({ code: "store.unavailable" });
    await afterLogout([failing("host.unavailable"), { ended: locked, locked, mustLock: true }]).locked();
    expect(locked).toHaveBeenCalledTimes(2);
  });

  it("empties and unbinds the frames of that account alone; locking empties all and lets them open again", async () => {
    const all = bindings(sessionTable(memoryArea(), "bindings"));
    await all.bind(frame(1), purpose(alice, 1), "s");
    await all.bind(frame(2), purpose(bob, 2), "s");
    const close = vi.fn();
    const frames = openFrames(all, close);
    await frames.locked?.();
    expect(close.mock.calls).toEqual([[{ tab: 1, frame: 3 }, "locked"], [{ tab: 2, frame: 3 }, "locked"]]);
    await all.of(frame(1));
    await frames.ended(alice);
    expect(close.mock.calls.slice(2)).toEqual([[{ tab: 1, frame: 3 }, "ended"]]);
    await expect(all.of(frame(1))).rejects.toMatchObject({ code: "protocol.ticket" });
    expect((await all.of(frame(2))).purpose.account).toBe("bob@lab.test");
  });

  it("empties a composer's own window in its own tab and detaches it; of pages that only went, windows are left alone", async () => {
    const all = bindings(sessionTable(memoryArea(), "bindings"));
    const window = { tab: 40, frame: 0, document: "W" };
    await all.bind(window, { ...purpose(alice, 1), kind: "composer", mode: "new", window: { draft: null } }, "s");
    await all.bind(frame(1), purpose(alice, 1), "s");
    const close = vi.fn();
    const frames = openFrames(all, close);
    await frames.left?.(alice);
    expect(close.mock.calls).toEqual([[{ tab: 1, frame: 3 }, "ended"]]);
    expect((await all.of(window)).detached).toBeUndefined();
    await frames.locked?.();
    expect(close.mock.lastCall).toEqual([{ tab: 40, frame: 0 }, "locked"]);
    expect((await all.of(window)).detached).toBeUndefined();
    await frames.ended(alice);
    expect(close.mock.lastCall).toEqual([{ tab: 40, frame: 0 }, "ended"]);
    expect((await all.of(window)).detached).toBe(true);
  });

  it("takes leaving for an end in every room that knows no difference", async () => {
    const [ended, left, other] = [vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve())];
    await afterLogout([{ ended, left }, { ended: other }]).left([alice]);
    expect(ended).not.toHaveBeenCalled();
    expect([left.mock.calls, other.mock.calls]).toEqual([[[alice]], [[alice]]]);
  });

  it("forgets tickets of frames and of sending", async () => {
    const clock = () => new Date(0);
    const frames = tickets(sessionTable(memoryArea(), "t"), clock);
    const { ticket } = await frames.issue(purpose(alice, 1));
    const other = await frames.issue(purpose(bob, 2));
    await frames.forget((each) => isOf(alice, each));
    await expect(frames.redeem(ticket, { tab: 1, page: "reader" })).rejects.toMatchObject({ code: "protocol.ticket" });
    await frames.redeem(other.ticket, { tab: 2, page: "reader" });
    const sending = sendTickets(sessionTable(memoryArea(), "s"), clock);
    const permission = { document: "F", tab: 1, ...alice, from: alice.account, signer: "k", signatures: 1, envelopes: [], protection: { signed: true, encrypted: true }, form: { pss: false, useKeyIdentifier: false }, inclusion: { path: true, root: null, encryption: true }, asks: null, receipt: null };
    const [hers, his] = [await sending.issue(permission), await sending.issue({ ...permission, ...bob })];
    await sending.forget((each) => isOf(alice, each));
    await expect(sending.takeSignature(hers, { tab: 1, document: "F" })).rejects.toMatchObject({ code: "send.ticket" });
    await sending.takeSignature(his, { tab: 1, document: "F" });
  });

  it("takes the verdict from the toolbar, which names people", async () => {
    const title = vi.fn(() => Promise.resolve());
    const button = { title, badge: () => Promise.resolve(), sentence: () => "said" };
    const verdicts = verdictAction(sessionTable(memoryArea(), "v"), button);
    await verdicts.show(purpose(alice, 1), frame(1), { ...verdict, substitutions: [] });
    await verdicts.show(purpose(bob, 2), frame(2), { ...verdict, substitutions: [] });
    await verdicts.forget((each) => isOf(alice, each));
    expect(title.mock.calls.at(-1)).toEqual([1, ""]);
    expect(await verdicts.current(1)).toBeNull();
    expect(await verdicts.current(2)).not.toBeNull();
  });

  it.each([[{}, 0, 0], [{ PurgeAnswersAtLogout: true }, 1, 1], [{ Scopes: [{ domains: ["lab.test"], settings: { PurgeAnswersAtLogout: true } }] }, 1, 0], [{ PurgeAnswersAtLogout: "maybe" }, 1, 1]])("keeps what others told unless the organisation wants otherwise: %j", async (managed, atLogout, atStart) => {
    const remove = vi.fn(() => Promise.resolve());
    const [forget, forgetLists] = [vi.fn(), vi.fn()];
    const policy = { current: (account?: { address: string }) => Promise.resolve(effectivePolicy(managed, defaultUserSettings, account)) };
    const answers = keptAnswers({ policy, remove, forget, forgetLists });
    await answers.ended(alice);
    expect([remove.mock.calls.length, forget.mock.calls.length, forgetLists.mock.calls.length]).toEqual([atLogout, atLogout, 1]);
    remove.mockClear();
    await answers.started?.();
    expect(remove).toHaveBeenCalledTimes(atStart);
  });
});

describe("what a content script may end", () => {
  function desk(shows: string | null) {
    const who = presence(sessionTable(memoryArea(), "signed-in"));
    const ended = vi.fn(() => Promise.resolve());
    const left = vi.fn(() => Promise.resolve());
    const closeFrame = vi.fn();
    const frames = bindings(sessionTable(memoryArea(), "bindings"));
    const ownKeys = vi.fn(() => Promise.resolve([]));
    const attend = vi.fn(() => Promise.resolve());
    const services = {
      afterLogout: { ended, left },
      bindings: frames,
      webmails: { adapterOf: () => Promise.resolve(null) },
      presence: who,
      browser: { originOf: () => Promise.resolve(shows), closeFrame },
      documents: { seen: () => Promise.resolve(false) },
      outbox: { unfinished: () => Promise.resolve([]) },
      policy: { current: () => Promise.resolve(effectivePolicy({}, defaultUserSettings)) },
      ownKeys,
      browserKeys: () => Promise.resolve([]),
      cards: { attend },
      cardModules: { all: () => Promise.resolve([{ path: "/m.so" }]) },
    };
    return { who, ended, left, closeFrame, frames, ownKeys, attend, handlers: contentHandlers(services as unknown as Services) };
  }
  const from = (where: string, tab: number, frameId = 0) => ({ kind: "content" as const, origin: where, tab, frame: frameId, document: "D" });

  it("is its own origin's session, whatever account it claims", async () => {
    const { who, ended, handlers } = desk(null);
    await who.shown(2, bob);
    await handlers["page.state"]({ account: alice.account }, from(origin, 1));
    await handlers["session.ended"](null, from(origin, 1));
    expect(ended).toHaveBeenLastCalledWith([alice, { origin, account: "" }]);
    expect(await who.left(2)).toEqual([bob]);
  });

  it("is also what frames in its tab show for another account than the page told, but nothing of another origin nor of another tab", async () => {
    const { frames, closeFrame, handlers } = desk(origin);
    const other = { origin, account: "eve@lab.test" };
    const place = (tab: number, number: number) => ({ tab, frame: number, document: `F${tab} ${number}` });
    await frames.bind(place(1, 3), purpose(other, 1), "s");
    await frames.bind(place(1, 4), purpose(bob, 1), "s");
    await frames.bind(place(2, 3), purpose(other, 2), "s");
    await frames.bind(place(40, 0), { ...purpose(other, 1), kind: "composer", mode: "new", window: { draft: null } }, "s");
    await handlers["page.state"]({ account: alice.account }, from(origin, 1));
    await handlers["session.ended"](null, from(origin, 1));
    expect(closeFrame.mock.calls).toEqual([[{ tab: 1, frame: 3 }, "ended"], [{ tab: 40, frame: 0 }, "ended"]]);
    expect((await frames.of(place(40, 0))).detached).toBe(true);
    expect((await frames.places()).map(({ tab, frame: number }) => [tab, number])).toEqual([[1, 4], [2, 3], [40, 0]]);
  });

  it("is what the browser says that its tab has left", async () => {
    const stays = desk(origin);
    await stays.who.shown(1, alice);
    await stays.handlers["page.left"](null, from(origin, 1));
    expect(stays.left).not.toHaveBeenCalled();
    const leaves = desk("https://elsewhere.test");
    await leaves.who.shown(1, alice);
    await leaves.handlers["page.left"](null, from(origin, 1, 4));
    expect(leaves.left).not.toHaveBeenCalled();
    await leaves.handlers["page.left"](null, from(origin, 1));
    expect(leaves.left).toHaveBeenCalledWith([alice]);
    expect(leaves.ended).not.toHaveBeenCalled();
  });

  it("is a session's end where another account is shown, and no more than leaving where another webmail is", async () => {
    const there = desk(null);
    await there.handlers["page.state"]({ account: alice.account }, from(origin, 1));
    await there.handlers["page.state"]({ account: "eve@lab.test" }, from(origin, 1));
    expect(there.ended).toHaveBeenLastCalledWith([alice, { origin, account: "" }]);
    expect(there.left).not.toHaveBeenCalled();
    await there.handlers["page.state"]({ account: bob.account }, from(bob.origin, 1));
    expect(there.left).toHaveBeenLastCalledWith([{ origin, account: "eve@lab.test" }]);
  });

  it("is nothing of the tab's for a webmail within another one's page, nor within a page that is not known to have shown it signed in", async () => {
    const { who, ended, left, handlers } = desk(bob.origin);
    await who.shown(2, alice);
    await handlers["page.state"]({ account: bob.account }, from(bob.origin, 1));
    await handlers["page.state"]({ account: alice.account }, from(origin, 1, 4));
    await handlers["session.ended"](null, from(origin, 1, 4));
    expect([left.mock.calls.length, ended.mock.calls.flat(2)]).toEqual([0, []]);
    expect(await who.left(1)).toEqual([bob]);
    const unknown = desk(null);
    await unknown.who.shown(2, alice);
    await unknown.handlers["page.state"]({ account: "" }, from(origin, 1, 4));
    await unknown.handlers["session.ended"](null, from(origin, 1, 4));
    expect(unknown.ended.mock.calls.flat(2)).toEqual([]);
    expect(await unknown.who.left(2)).toEqual([alice]);
  });

  it("is the tab's session where a preview pane meets the login page, and where the page around the webmail is unknown", async () => {
    const pane = desk(origin);
    await pane.handlers["page.state"]({ account: alice.account }, from(origin, 1));
    await pane.handlers["session.ended"](null, from(origin, 1, 4));
    expect(pane.ended).toHaveBeenLastCalledWith([alice, { origin, account: "" }]);
    const framed = desk(null);
    await framed.handlers["page.state"]({ account: alice.account }, from(origin, 1, 4));
    // Of two webmails in one page the first is what the tab shows.
    await framed.handlers["page.state"]({ account: bob.account }, from(bob.origin, 1, 5));
    expect(framed.left).not.toHaveBeenCalledWith([alice]);
    await framed.handlers["session.ended"](null, from(origin, 1, 4));
    expect(framed.ended).toHaveBeenLastCalledWith([alice, { origin, account: "" }]);
  });

  it("is not undone by the login page, for which no card is looked for", async () => {
    const { ownKeys, attend, handlers } = desk(null);
    expect(await handlers["page.state"]({ account: "" }, from(origin, 1))).toMatchObject({ ready: true });
    expect(ownKeys).not.toHaveBeenCalled();
    expect(attend).not.toHaveBeenCalled();
    expect(await handlers["page.state"]({ account: alice.account }, from(origin, 1))).toMatchObject({ ready: false });
    expect(ownKeys).toHaveBeenCalledWith(origin);
    // Somebody is signed in: readers are looked at again.
    expect(attend).toHaveBeenCalledTimes(1);
  });
});
