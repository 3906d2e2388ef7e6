import { describe, expect, it, vi } from "vitest";
import type { Sender } from "../../../src/background/authority.ts";
import { contentHandlers } from "../../../src/background/handlers/content.ts";
import { frameHandlers } from "../../../src/background/handlers/frame.ts";
import type { Services } from "../../../src/background/services.ts";

const sender = { kind: "content", origin: "https://mail.example.org", tab: 7, frame: 0, document: "D1" } as const;
const wish = { kind: "composer", account: "alice@example.org", message: null, mode: "new", window: null } as const;

function setup(ownWindow: boolean) {
  const current = vi.fn(() => Promise.resolve({ ownWindow }));
  const issue = vi.fn(() => Promise.resolve({ ticket: "frame's", secret: "s" }));
  const open = vi.fn(() => Promise.resolve({ ticket: "window's", secret: "s" }));
  const services = { policy: { current }, tickets: { issue }, windows: { open }, cards: { attend: () => Promise.resolve() }, ownKeys: () => Promise.resolve([{}]) } as unknown as Services;
  return { current, issue, open, handlers: contentHandlers(services) };
}

describe("where a composer is opened", () => {
  it("is a window under the setting, whatever the page was told before or asks for, by the rules of its account", async () => {
    const { current, issue, open, handlers } = setup(true);
    for (const mode of ["new", "reply", "reply-all", "forward", "draft", "unfinished"] as const) {
      expect(await handlers["frame.open"]({ ...wish, mode }, sender)).toEqual({ ticket: "window's", secret: "s", place: "window" });
    }
    expect(issue).not.toHaveBeenCalled();
    expect(current).toHaveBeenCalledWith({ address: "alice@example.org" });
    expect(open).toHaveBeenCalledWith({ kind: "composer", tab: 7, opener: "D1", openerFrame: 0, origin: sender.origin, account: wish.account, message: null, mode: "new", window: { draft: null } });
  });

  it("is the page without it, unless the author moves the message, and always the page for a reader", async () => {
    const { issue, open, handlers } = setup(false);
    expect(await handlers["frame.open"](wish, sender)).toMatchObject({ ticket: "frame's", place: "page" });
    expect(await handlers["frame.open"]({ ...wish, window: { draft: "d" } }, sender)).toMatchObject({ place: "window" });
    expect(open).toHaveBeenLastCalledWith(expect.objectContaining({ window: { draft: "d" } }));
    const reader = { ...wish, kind: "reader", mode: null, message: { account: wish.account, folder: "INBOX", id: "1" }, window: { draft: null } } as const;
    expect(await setup(true).handlers["frame.open"](reader, sender)).toMatchObject({ place: "page" });
    expect(issue).toHaveBeenCalledTimes(1);
  });
});

describe("redeeming a composer's ticket", () => {
  const frame = (page: "composer" | "window", number: number): Extract<Sender, { kind: "frame" }> => ({ kind: "frame", page, tab: 40, frame: number, document: "W" });

  it.each([
    ["composer", 0],
    ["window", 3],
  ] as const)("is refused to %s in frame %i, before the ticket is looked at", async (page, number) => {
    const redeem = vi.fn();
    const handlers = frameHandlers({ tickets: { redeem }, windows: { redeem } } as unknown as Services);
    await expect(handlers["frame.redeem"]({ ticket: "t" }, frame(page, number))).rejects.toMatchObject({ code: "protocol.ticket" });
    expect(redeem).not.toHaveBeenCalled();
  });

  it("tells a window where its content script waits, and a frame nothing of it", async () => {
    const purpose = { kind: "composer", origin: sender.origin, account: "a", message: null, mode: "new", tab: 7, openerFrame: 0, opener: "D1" };
    const bind = vi.fn(() => Promise.resolve());
    const redeem = (window?: object) => () => Promise.resolve({ purpose: { ...purpose, ...(window && { window }) }, secret: "s" });
    const handlers = frameHandlers({ bindings: { bind }, tickets: { redeem: redeem() }, windows: { redeem: redeem({ draft: "d" }) } } as unknown as Services);
    expect(await handlers["frame.redeem"]({ ticket: "t" }, frame("window", 0))).toMatchObject({ window: { meeting: { tab: 7, frame: 0, ticket: "t", secret: "s" }, draft: "d" } });
    expect(await handlers["frame.redeem"]({ ticket: "t" }, frame("composer", 3))).not.toHaveProperty("window");
  });

  it("lets a frame in a page ask for nothing that is a window's", async () => {
    const of = () => Promise.resolve({ purpose: { kind: "composer" } });
    const handlers = frameHandlers({ bindings: { of } } as unknown as Services);
    const asked = [handlers["window.rejoin"](null, frame("composer", 3)), handlers["window.webmail"](null, frame("composer", 3)), handlers["window.size"]({ width: 1, height: 1 }, frame("composer", 3))];
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: "protocol.forbidden" });
  });
});
