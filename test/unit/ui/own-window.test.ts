import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import type { Ask } from "../../../src/protocol/requests.ts";
import type { Line, Meeting } from "../../../src/protocol/window-port.ts";
import { bindWindow } from "../../../src/ui/frame/bind-window.ts";
import { type Connected, meetContent } from "../../../src/ui/frame/meet-content.ts";
import { type OwnWindow, watchOwnWindow } from "../../../src/ui/frame/own-window.ts";
import { STEADY } from "../../../src/ui/frame/visibility.ts";
import { windowContent } from "../../../src/ui/frame/window-content.ts";
import { composer, trusted, wait, written } from "./composer-harness.ts";
import { emptyModel } from "../../../src/ui/composer/model.ts";
import { askBeforeLoss } from "../../../src/ui/composer/own-window.tsx";
import * as s from "./samples.ts";

vi.mock("webextension-polyfill", () => ({ default: { runtime: { lastError: undefined } } }));

const meeting: Meeting = { tab: 7, frame: 0, ticket: "T1", secret: "S1" };

describe("meeting the content script", () => {
  function connection() {
    const messages: ((message: unknown) => void)[] = [];
    const ends: (() => void)[] = [];
    const said: unknown[] = [];
    const disconnect = vi.fn();
    const own: Connected = { postMessage: (message) => void said.push(message), onMessage: { addListener: (listener) => void messages.push(listener) }, onDisconnect: { addListener: (listener) => void ends.push(listener) }, disconnect };
    return { own, said, disconnect, give: (message: unknown) => messages.forEach((listener) => listener(message)), end: () => ends.forEach((listener) => listener()) };
  }

  it("says nothing to a document that has not said the secret first, and hangs up on one that says another", async () => {
    for (const first of [{ mailseal: "port", secret: "guess" }, { mailseal: "port" }, { message: {} }, null]) {
      const { own, said, disconnect, give } = connection();
      const met = meetContent(meeting, () => undefined, () => own);
      give(first);
      await expect(met).rejects.toMatchObject({ code: "protocol.unreachable" });
      expect(said).toEqual([]);
      expect(disconnect).toHaveBeenCalled();
    }
  });

  it("names the ticket and not the secret, and tells when the other one goes", async () => {
    const { own, give, end } = connection();
    const gone = vi.fn();
    const connect = vi.fn(() => own);
    const met = meetContent(meeting, gone, connect);
    expect(connect).toHaveBeenCalledWith({ tab: 7, frame: 0, name: "composer-window T1" });
    give({ mailseal: "port", secret: "S1" });
    await met;
    end();
    expect(gone).toHaveBeenCalledTimes(1);
    const other = connection();
    const never = meetContent(meeting, gone, () => other.own);
    other.end();
    await expect(never).rejects.toMatchObject({ code: "protocol.unreachable" });
    expect(gone).toHaveBeenCalledTimes(1);
  });
});

describe("the window's way to the webmail", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setup() {
    const gone: (() => void)[] = [];
    const answers: (Meeting | null)[] = [];
    const away: boolean[] = [];
    const meet = vi.fn((_meeting: Meeting, onGone: () => void): Promise<Line> => {
      gone.push(onGone);
      const line: Line = { onmessage: null, start: () => undefined, close: () => undefined, postMessage: (message) => setTimeout(() => line.onmessage?.(new MessageEvent("message", { data: { id: (message as { id: number }).id, ok: true, value: [] } })), 1) };
      return Promise.resolve(line);
    });
    const ask = vi.fn(() => Promise.resolve(answers.shift() ?? null));
    const close = vi.fn();
    const content = windowContent(meeting, { ask: ask as unknown as Ask<"frame">, meet, onAway: (is) => void away.push(is), close, showWebmail: () => Promise.resolve() });
    return { content, meet, ask, answers, away, close, leave: () => gone.at(-1)?.() };
  }

  it("goes on with the next page at the webmail's turn, and what is asked meanwhile waits for it", async () => {
    const { content, answers, away, meet, leave } = setup();
    await vi.advanceTimersByTimeAsync(5);
    leave();
    const asked = content.identities();
    answers.push(null, { ...meeting, ticket: "T2" });
    await vi.advanceTimersByTimeAsync(1500);
    expect(await asked).toEqual([]);
    expect(meet).toHaveBeenLastCalledWith(expect.objectContaining({ ticket: "T2" }), expect.anything());
    expect(away).not.toContain(true);
  });

  it("says after a while that no page is there, refuses by a code, and takes that back", async () => {
    const { content, answers, away, leave } = setup();
    await vi.advanceTimersByTimeAsync(5);
    leave();
    const asked = content.identities().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3900);
    expect(away).not.toContain(true);
    await vi.advanceTimersByTimeAsync(3000);
    expect(away.at(-1)).toBe(true);
    expect(await asked).toMatchObject({ code: "webmail.closed" });
    answers.push(meeting);
    content.lookNow();
    await vi.advanceTimersByTimeAsync(10);
    expect(away.at(-1)).toBe(false);
  });

  it("closes the window for `closed` and nothing else", () => {
    const { content, close } = setup();
    content.layout("window");
    expect(close).not.toHaveBeenCalled();
    content.layout("closed");
    expect(close).toHaveBeenCalledTimes(1);
    content.close();
  });
});

describe("binding a composer's own window", () => {
  it("clears the address and takes a window's binding only", async () => {
    const cleared = vi.fn();
    const at = (hash: string) => ({ location: { hash, pathname: "/compose-window.html" }, history: { replaceState: cleared } }) as unknown as Window;
    const ticket = "0123456789abcdef0123456789abcdef";
    const answering = (answer: unknown) => vi.fn(() => Promise.resolve(answer)) as unknown as Ask<"frame">;
    expect(await bindWindow(answering({ secret: "S", window: { meeting, draft: null } }), at(`#${ticket}`))).toMatchObject({ window: { meeting } });
    expect(cleared).toHaveBeenCalledWith(null, "", "/compose-window.html");
    expect(await bindWindow(answering({ secret: "S" }), at(`#${ticket}`))).toBeNull();
    const ask = answering({ window: { meeting, draft: null } });
    expect(await bindWindow(ask, at(""))).toBeNull();
    expect(ask).not.toHaveBeenCalled();
  });
});

describe("a click in a composer's own window", () => {
  // However slow a machine is: the moment stands still.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  function shown(focused: boolean) {
    let has = focused;
    const document = Object.assign(new EventTarget(), { visibilityState: "visible", hasFocus: () => has });
    const window = Object.assign(new EventTarget(), { document });
    const visibility = watchOwnWindow(window as unknown as OwnWindow);
    const say = (focus: boolean) => {
      has = focus;
      window.dispatchEvent(new Event(focus ? "focus" : "blur"));
    };
    const show = (state: "visible" | "hidden") => {
      document.visibilityState = state;
      document.dispatchEvent(new Event("visibilitychange"));
    };
    return { visibility, say, show, later: () => visibility.steady(performance.now() + STEADY + 50) };
  }

  it("counts once the window has been shown for 800 ms without a break, in every browser", () => {
    const { visibility, show, later } = shown(true);
    expect([visibility.steady(), later()]).toEqual([false, true]);
    show("hidden");
    expect(later()).toBe(false);
    show("visible");
    expect([visibility.steady(), later()]).toEqual([false, true]);
  });

  it("does not count in a window that just came up over another one, nor in one that lies behind it (architecture §2)", () => {
    const { visibility, say, show, later } = shown(true);
    say(false);
    expect(later()).toBe(false);
    // The press itself brings it to the front.
    say(true);
    expect([visibility.steady(), later()]).toEqual([false, true]);
    const behind = shown(false);
    expect(behind.later()).toBe(false);
    behind.show("hidden");
    behind.show("visible");
    expect(behind.later()).toBe(false);
    behind.say(true);
    expect([behind.visibility.steady(), behind.later()]).toEqual([false, true]);
    visibility.stop();
    say(false);
    show("hidden");
    expect(later()).toBe(true);
  });
});

describe("closing a composer's own window from outside", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["nothing is left to keep", false, false, false, 0],
    ["the last seconds are not kept", true, false, true, 1],
    ["the message is on its way", false, true, true, 0],
  ])("where %s: unkept %s, sending %s, asks %s", (_what, hasUnkept, isSending, asks, keepings) => {
    const window = new EventTarget();
    vi.stubGlobal("window", window);
    const keepAtOnce = vi.fn();
    askBeforeLoss({ hasUnkept: () => hasUnkept, isSending: () => isSending, keepAtOnce });
    const event = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(event);
    expect([event.defaultPrevented, keepAtOnce.mock.calls.length]).toEqual([asks, keepings]);
  });

  it("knows a message to be on its way until its result is there", async () => {
    const made = await written({ steady: true });
    let finish: (result: unknown) => void = () => undefined;
    Object.assign(made.context.content, { send: () => new Promise((resolve) => (finish = resolve)) });
    expect(made.isSending()).toBe(false);
    made.actions.send(trusted);
    await wait();
    expect(made.isSending()).toBe(true);
    finish({ state: "sent", message: null });
    await wait();
    expect(made.isSending()).toBe(false);
    made.stop();
  });
});

describe("composing in a window of its own", () => {
  const inWindow = { ...emptyModel("new", "alice@lab.test"), place: "window" as const };

  it("asks its author about what the page filled in, once, before anything goes", async () => {
    const made = composer({ native: { to: "bob@lab.test", cc: "", bcc: "", subject: "Hi", text: "Typed by a page" }, steady: true });
    made.context.cell.set(inWindow);
    await made.start();
    await wait();
    made.actions.send(trusted);
    await wait();
    expect(made.model().question).toMatchObject({ ask: "from-page" });
    expect(made.input("send.prepare")).toEqual([]);
    made.actions.sendFromPage({ isTrusted: false });
    await wait();
    expect(made.sent).toEqual([]);
    made.actions.sendFromPage(trusted);
    await wait();
    expect(made.sent).toEqual([["bob@lab.test"]]);
    expect(made.input("send.confirm")).toEqual([]);
  });

  it("does not ask about what was written there, and needs no other window for giving protection up", async () => {
    const made = await written({ steady: true });
    made.context.cell.set({ place: "window" });
    made.actions.toggleEncrypt(trusted);
    made.actions.send(trusted);
    await wait();
    expect(made.sent).toEqual([["bob@lab.test"]]);
    expect(made.input("send.confirm")).toEqual([]);
  });

  it("sends nothing while the webmail is away", async () => {
    const made = await written({ steady: true });
    made.context.cell.set({ place: "window", away: true });
    made.actions.send(trusted);
    await wait();
    expect(made.model().problem).toMatchObject({ code: "webmail.closed" });
    expect(made.input("send.prepare")).toEqual([]);
  });

  it("is entered from the page by way of the kept draft, and not before that is kept", async () => {
    const moveToWindow = vi.fn(() => Promise.resolve());
    const made = await written();
    Object.assign(made.context.content, { moveToWindow });
    made.actions.moveToWindow();
    await wait();
    expect(made.saveDraft).toHaveBeenCalled();
    expect(moveToWindow).toHaveBeenCalledWith("draft");
    // While it moves nothing is typed that would be lost, and it moves once.
    let moved: () => void = () => undefined;
    moveToWindow.mockImplementationOnce(() => new Promise<void>((resolve) => (moved = resolve)));
    made.actions.moveToWindow();
    await wait();
    expect(made.model().sending).toEqual({ step: "moving" });
    made.actions.moveToWindow();
    moved();
    await wait();
    expect([made.model().sending, moveToWindow.mock.calls.length]).toEqual([null, 2]);
    made.saveDraft.mockRejectedValueOnce(new Error("full"));
    made.actions.moveToWindow();
    await wait();
    expect(moveToWindow).toHaveBeenCalledTimes(2);
    expect(made.model().problem).toMatchObject({ code: "store.unavailable" });
    made.stop();
  });

  it("goes on with the draft that it was opened for, the page's part in it included", async () => {
    const before = await written();
    before.context.cell.set({ pageWrote: true });
    const { unsentOf } = await import("../../../src/ui/composer/unsent.ts");
    const unsent = unsentOf(before.context);
    before.stop();
    const made = composer({ steady: true, kept: { id: "moved", server: null, savedAt: "2026-05-03T08:00:00Z", unsent } });
    made.context.cell.set(inWindow);
    made.context.binding.window = { meeting, draft: "moved" };
    await made.start();
    expect(made.model()).toMatchObject({ subject: "Figures", pageWrote: true, to: [expect.objectContaining({ address: s.bob.address })] });
    expect(made.context.draftId).toBe("moved");
    expect(utf8(made.text.text()).length).toBeGreaterThan(0);
    made.stop();
  });
});
