import { describe, expect, it, vi } from "vitest";
import { type Binding, bindings } from "../../../src/background/bindings.ts";
import { type ComposerWindowsParts, composerWindows } from "../../../src/background/composer-windows.ts";
import { sessionTable } from "../../../src/background/session-table.ts";
import { type FramePurpose, type Ticket, tickets, WINDOW_TICKET_LIFE } from "../../../src/background/tickets.ts";
import { memoryArea } from "./memory-area.ts";

const origin = "https://mail.example.org";
const purpose: FramePurpose = { kind: "composer", tab: 7, opener: "D1", openerFrame: 0, origin, account: "alice@lab.test", message: { account: "alice@lab.test", folder: "INBOX", id: "3" }, mode: "reply", window: { draft: null } };
const refused = { code: "protocol.ticket" };
const forbidden = { code: "protocol.forbidden" };

function setup(parts: Partial<ComposerWindowsParts> = {}) {
  let now = 1_000_000;
  const area = memoryArea();
  const allTickets = tickets(sessionTable<Ticket>(area, "tickets"), () => new Date(now));
  const allBindings = bindings(sessionTable<Binding>(area, "bindings"));
  const open = vi.fn<ComposerWindowsParts["open"]>(() => Promise.resolve(40));
  const size = { kept: undefined as unknown };
  const asked: [number, string][] = [];
  const make = () =>
    composerWindows({
      tickets: allTickets,
      bindings: allBindings,
      open,
      tabsOf: () => Promise.resolve([9, 7]),
      askPage: (tab, question) => Promise.resolve(void asked.push([tab, question])),
      show: () => Promise.resolve(),
      size: { read: () => Promise.resolve(size.kept), write: (wanted) => Promise.resolve(void (size.kept = wanted)) },
      ...parts,
    });
  const windows = make();
  /** Opens a window and binds its document. */
  const opened = async (document = "W1", tab = 40) => {
    open.mockResolvedValueOnce(tab);
    const { ticket } = await windows.open(purpose);
    const redeemed = await windows.redeem(ticket, { tab });
    const name = { tab, frame: 0, document };
    await allBindings.bind(name, redeemed.purpose, redeemed.secret);
    return name;
  };
  return { windows, make, tickets: allTickets, bindings: allBindings, open, size, asked, opened, pass: (ms: number) => (now += ms) };
}
const content = { kind: "content" as const, origin, tab: 7, frame: 0, document: "D2" };
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("the ticket of a composer's own window", () => {
  it("is good once, in the tab that was opened for it, for the window's page alone", async () => {
    const { windows, tickets: all } = setup();
    const { ticket, secret } = await windows.open(purpose);
    expect(await windows.redeem(ticket, { tab: 40 })).toMatchObject({ purpose, secret });
    await expect(windows.redeem(ticket, { tab: 40 })).rejects.toMatchObject(refused);
    for (const [tab, page] of [[7, "window"], [41, "window"], [40, "composer"], [7, "composer"]] as const) {
      const other = await windows.open(purpose);
      await expect(all.redeem(other.ticket, { tab, page }), `${page} in ${tab}`).rejects.toMatchObject(refused);
    }
    const frame = await all.issue({ ...purpose, window: undefined });
    await expect(windows.redeem(frame.ticket, { tab: 7 })).rejects.toMatchObject(refused);
  });

  it("may be shown before the browser has said in which tab the window is, and outlives the worker afterwards", async () => {
    let say: (tab: number) => void = () => undefined;
    const { windows, make, open } = setup();
    open.mockImplementationOnce(() => new Promise((resolve) => (say = resolve)));
    const opening = windows.open(purpose);
    await soon();
    const ticket = open.mock.calls[0]?.[0] as string;
    const redeeming = windows.redeem(ticket, { tab: 44 });
    await soon();
    say(44);
    await expect(redeeming).resolves.toMatchObject({ purpose });
    await opening;
    const next = await windows.open(purpose);
    await expect(make().redeem(next.ticket, { tab: 40 })).resolves.toBeDefined();
  });

  it("is worth nothing where no window came, or too late", async () => {
    const { windows, open, pass, tickets: all } = setup();
    open.mockResolvedValueOnce(null);
    await expect(windows.open(purpose)).rejects.toMatchObject(refused);
    await expect(all.redeem(open.mock.calls[0]?.[0] as string, { tab: 40, page: "window" })).rejects.toMatchObject(refused);
    const { ticket } = await windows.open(purpose);
    pass(WINDOW_TICKET_LIFE + 1);
    await expect(windows.redeem(ticket, { tab: 40 })).rejects.toMatchObject(refused);
  });

  it("is refused for a ninth window of one webmail, until one is closed", async () => {
    const { windows, bindings: all, opened, open } = setup();
    for (let i = 0; i < 8; i++) await opened(`W${i}`, 40 + i);
    await expect(windows.open(purpose)).rejects.toMatchObject(refused);
    expect(open).toHaveBeenCalledTimes(8);
    await windows.open({ ...purpose, origin: "https://other.example.org" });
    await all.forgetTab(40);
    await expect(windows.open(purpose)).resolves.toBeDefined();
  });
});

describe("windows that are being opened", () => {
  it("count from when they are asked for, not only once their document asks; one that did not come does not", async () => {
    const { windows, open, pass } = setup();
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => windows.open(purpose)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    expect(open).toHaveBeenCalledTimes(8);
    pass(WINDOW_TICKET_LIFE + 1);
    for (let i = 0; i < 8; i++) {
      open.mockResolvedValueOnce(null);
      await expect(windows.open(purpose)).rejects.toMatchObject(refused);
    }
    await expect(windows.open(purpose)).resolves.toBeDefined();
  });
});

describe("a composer's own window whose page is gone", () => {
  it("is served by another document of the same webmail and account, in its own tab first", async () => {
    const { windows, bindings: all, asked, opened } = setup();
    const name = await opened();
    const meeting = windows.rejoin(name);
    await soon();
    expect(asked.map(([tab]) => tab)).toEqual([7]);
    const question = asked[0]?.[1] as string;
    const served = await windows.serve({ question, account: purpose.account }, content);
    expect(served.message).toEqual(purpose.message);
    expect(await meeting).toEqual({ tab: 7, frame: 0, ticket: served.ticket, secret: served.secret });
    expect(await all.of(name)).toMatchObject({ secret: served.secret, purpose: { opener: "D2", tab: 7, origin, account: purpose.account } });
    await expect(windows.serve({ question, account: purpose.account }, content)).rejects.toMatchObject(forbidden);
  });

  it.each([
    ["another account", {}, "eve@lab.test"],
    ["another webmail", { origin: "https://evil.test" }, purpose.account],
    ["a frame within a page", { frame: 2 }, purpose.account],
  ])("is not served for %s", async (_what, by, account) => {
    const { windows, bindings: all, asked, opened } = setup();
    const name = await opened();
    const before = await all.of(name);
    void windows.rejoin(name);
    await soon();
    await expect(windows.serve({ question: asked[0]?.[1] as string, account }, { ...content, ...by })).rejects.toMatchObject(forbidden);
    expect(await all.of(name)).toEqual(before);
  });

  it("asks the next tab where nobody is, and finds none", async () => {
    const asked: number[] = [];
    const { windows, opened } = setup({ askPage: (tab) => (asked.push(tab), Promise.reject(new Error("no receiver"))) });
    expect(await windows.rejoin(await opened())).toBeNull();
    expect(asked).toEqual([7, 9]);
  });

  it("stays bound when the webmail's tab is closed, uses no key after its session ended, and is forgotten with its own tab", async () => {
    const { bindings: all, opened } = setup();
    const name = await opened();
    await all.forgetTab(7);
    expect((await all.of(name)).detached).toBeUndefined();
    await all.forget(({ tab }) => tab === 7);
    expect((await all.of(name)).detached).toBe(true);
    await all.reattach(name, { tab: 9, opener: "D3", openerFrame: 0 }, "new");
    expect(await all.of(name)).toMatchObject({ secret: "new", purpose: { tab: 9, opener: "D3" } });
    expect((await all.of(name)).detached).toBeUndefined();
    await all.forgetTab(40);
    await expect(all.of(name)).rejects.toMatchObject(refused);
  });
});

describe("the size of a composer's own window", () => {
  it("is the last one, within what can be used; what cannot be read is the first one", async () => {
    const { windows, open, size } = setup();
    await windows.resized({ width: 900, height: 640 });
    await windows.open(purpose);
    expect(open).toHaveBeenLastCalledWith(expect.any(String), { width: 900, height: 640 });
    await windows.resized({ width: 1, height: 19_000 });
    await windows.open(purpose);
    expect(open).toHaveBeenLastCalledWith(expect.any(String), { width: 360, height: 3000 });
    size.kept = { width: "wide" };
    await windows.open(purpose);
    expect(open).toHaveBeenLastCalledWith(expect.any(String), { width: 760, height: 720 });
  });
});
