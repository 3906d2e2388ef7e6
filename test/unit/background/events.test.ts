import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

type Listener = (...about: unknown[]) => unknown;

/** What the background listens to, by its name. */
const listeners = vi.hoisted(() => new Map<string, Listener>());
/** What the services were asked to do, in order. */
const done = vi.hoisted(() => [] as string[]);

vi.mock("webextension-polyfill", () => {
  const event = (name: string) => ({ addListener: (listener: Listener) => void listeners.set(name, listener) });
  return {
    default: {
      runtime: { id: "id", getURL: () => "ext://id/", onMessage: event("message"), onInstalled: event("installed"), onStartup: event("startup") },
      permissions: { onAdded: event("permissions-added"), onRemoved: event("permissions-removed") },
      storage: { onChanged: event("storage") },
      alarms: { onAlarm: event("alarm") },
      tabs: { onRemoved: event("tab") },
      commands: { onCommand: event("command") },
    },
  };
});
vi.mock("../../../src/background/browser-parts.ts", () => ({ browserParts: {} }));
vi.mock("../../../src/background/handlers/content.ts", () => ({ contentHandlers: () => ({}) }));
vi.mock("../../../src/background/handlers/frame.ts", () => ({ frameHandlers: () => ({}) }));
vi.mock("../../../src/background/handlers/page.ts", () => ({ pageHandlers: () => ({}) }));
vi.mock("../../../src/store/directory-answers.ts", () => ({ sweepDirectoryAnswers: () => Promise.resolve(void done.push("sweep answers")) }));
vi.mock("../../../src/background/services.ts", () => {
  const step = (name: string) => () => Promise.resolve(void done.push(name));
  return {
    makeServices: () => ({
      keyLocks: { sweep: step("sweep locks") },
      policy: { managedChanged: step("read policy") },
      retrievals: { forgetFailures: () => void done.push("forget failures") },
      webmails: { sync: step("sync"), announce: step("announce"), granted: step("granted"), permissionsAdded: step("permissions") },
      outbox: { browserStarted: step("outbox") },
    }),
  };
});

beforeAll(async () => {
  vi.stubGlobal("addEventListener", (name: string, listener: Listener) => void listeners.set(name, listener));
  // The listeners stand when the module was read, before anything was waited for.
  await import("../../../src/background/main.ts");
  vi.unstubAllGlobals();
});
beforeEach(() => void done.splice(0));

const happens = async (name: string, ...about: unknown[]): Promise<string[]> => {
  listeners.get(name)?.(...about);
  await vi.waitFor(() => expect(done.length).toBeGreaterThan(0));
  for (let i = 0; i < 20; i++) await Promise.resolve();
  return done;
};

describe("what the background does at events", () => {
  it("forgets which places failed when there is a network again (RV-01)", async () => {
    expect(await happens("online")).toEqual(["forget failures"]);
  });

  it("reads the policy anew before it acts by it, and tells the webmails last", async () => {
    expect(await happens("storage", {}, "managed")).toEqual(["read policy", "forget failures", "sync", "announce"]);
  });

  it("leaves changes of other areas of the storage alone", async () => {
    for (const area of ["session", "local", "sync"]) listeners.get("storage")?.({}, area);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    expect(done).toEqual([]);
  });

  it("sweeps what directories said when the browser starts", async () => {
    expect((await happens("startup")).toSorted()).toEqual(["outbox", "sweep answers", "sweep locks", "sync"]);
  });
});
