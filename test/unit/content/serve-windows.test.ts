import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FrameService } from "../../../src/content/serve-frame.ts";

const browser = vi.hoisted(() => {
  const connect: ((port: unknown) => void)[] = [];
  return { connect, runtime: { id: "us", getURL: (path: string) => `chrome-extension://us/${path}`, onConnect: { addListener: (listener: (port: unknown) => void) => void connect.push(listener) } } };
});
vi.mock("../../../src/content/browser-api.ts", () => ({ browser }));
const { windowServer } = await import("../../../src/content/serve-windows.ts");

const url = "chrome-extension://us/compose-window.html";
const made = () => ({ kind: "composer", transport: { identities: () => Promise.resolve([]) }, layout: vi.fn() });
const service = (): FrameService => made() as unknown as FrameService;

function port(name: string, sender: object = { id: "us", url }) {
  const messages: ((message: unknown) => void)[] = [];
  const ends: (() => void)[] = [];
  const said: unknown[] = [];
  const own = { name, sender, postMessage: (message: unknown) => void said.push(message), onMessage: { addListener: (listener: (message: unknown) => void) => void messages.push(listener) }, onDisconnect: { addListener: (listener: () => void) => void ends.push(listener) }, disconnect: vi.fn() };
  return { own, said, ask: (message: unknown) => messages.forEach((listener) => listener({ message })), end: () => ends.forEach((listener) => listener()) };
}
const connect = (given: ReturnType<typeof port>): void => browser.connect.forEach((listener) => listener(given.own));

describe("serving a composer's own window", () => {
  beforeEach(() => void (browser.connect.length = 0));

  it("says the secret to the window of the ticket and then serves it, whichever comes first", async () => {
    for (const early of [true, false]) {
      browser.connect.length = 0;
      const changed = vi.fn();
      const windows = windowServer(changed);
      const window = port("composer-window T1");
      const served = made();
      if (early) connect(window);
      windows.expect({ ticket: "T1", secret: "S" }, served as unknown as FrameService);
      if (!early) connect(window);
      expect(window.said).toEqual([{ mailseal: "port", secret: "S" }]);
      window.ask({ id: 1, ask: "identities" });
      await vi.waitFor(() => expect(window.said.at(-1)).toEqual({ message: { id: 1, ok: true, value: [] } }));
      expect(windows.open()).toBe(1);
      window.end();
      expect(windows.open()).toBe(0);
      expect(served.layout).toHaveBeenCalledWith("closed");
      expect(changed).toHaveBeenCalledTimes(1);
    }
  });

  it.each<[string, string, object]>([
    ["another ticket", "composer-window T2", { id: "us", url }],
    ["another page of ours", "composer-window T1", { id: "us", url: "chrome-extension://us/reader.html" }],
    ["another extension", "composer-window T1", { id: "them", url }],
    ["another kind of connection", "popup-question T1", { id: "us", url }],
    ["nobody", "composer-window T1", {}],
  ])("says nothing to %s", (_what, name, sender) => {
    const windows = windowServer(() => undefined);
    windows.expect({ ticket: "T1", secret: "S" }, service());
    const other = port(name, sender);
    connect(other);
    expect(other.said).toEqual([]);
    expect(windows.open()).toBe(0);
  });

  it("serves a ticket once", () => {
    const windows = windowServer(() => undefined);
    windows.expect({ ticket: "T1", secret: "S" }, service());
    connect(port("composer-window T1"));
    const second = port("composer-window T1");
    connect(second);
    expect(second.said).toEqual([]);
  });
});
