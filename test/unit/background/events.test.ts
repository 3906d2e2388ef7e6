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
      cookies: { onChanged: event("cookie") },
      commands: { onCommand: event("command") },
    },
  };
});
vi.mock("../../../src/background/browser-parts.ts", () => ({ browserParts: {}, LOCK_ALARM: "lock-keys" }));
vi.mock("../../../src/background/handlers/content.ts", () => ({ contentHandlers: () => ({}) }));
vi.mock("../../../src/background/handlers/frame.ts", () => ({ frameHandlers: () => ({}) }));
vi.mock("../../../src/background/handlers/page.ts", () => ({ pageHandlers: () => ({}) }));
vi.mock("../../../src/store/directory-answers.ts", () => ({ sweepDirectoryAnswers: () => Promise.resolve(void done.push("sweep answers")) }));
vi.mock("../../../src/background/services.ts", () => {
  const step = (name: string) => () => Promise.resolve(void done.push(name));
  return {
    makeServices: () => ({
      policy: { managedChanged: step("read policy") },
      backups: { sweep: step("backups") },
      retrievals: { forgetFailures: () => void done.push("forget failures") },
      webmails: { sync: step("sync"), announce: step("announce"), granted: () => Promise.resolve(new Set(["https://mail.lab.test", "https://other.test"])), permissionsAdded: step("permissions") },
      outbox: { browserStarted: step("outbox"), tabClosed: step("outbox tab") },
      confirmations: { tabClosed: () => undefined },
      secrets: { tabClosed: () => undefined },
      unlocking: { tabClosed: () => undefined },
      bindings: { forgetTab: step("bindings") },
      verdicts: { tabClosed: step("verdicts") },
      documents: { tabClosed: step("documents") },
      keyLocks: { sweep: step("sweep keys") },
      presence: { left: (tab: number) => Promise.resolve([`tab ${tab}`]), endedAt: (origin: string) => Promise.resolve([origin]) },
      afterLogout: { started: step("leftovers"), ended: (those: string[]) => Promise.resolve(void done.push(`ended ${those.join()}`)), left: (those: string[]) => Promise.resolve(void done.push(`left ${those.join()}`)) },
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
    expect(await happens("storage", {}, "managed")).toEqual(["read policy", "forget failures", "backups", "sync", "announce"]);
  });

  it("leaves changes of other areas of the storage alone", async () => {
    for (const area of ["session", "local", "sync"]) listeners.get("storage")?.({}, area);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    expect(done).toEqual([]);
  });

  it("sweeps what directories said when the browser starts", async () => {
    expect((await happens("startup")).toSorted()).toEqual(["backups", "leftovers", "outbox", "sweep answers", "sweep keys", "sync"]);
  });

  it("ends the session of a webmail whose cookie goes, and none where it is only renewed", async () => {
    const cookie = { name: "roundcube_sessauth", domain: "mail.lab.test" };
    for (const [removed, cause] of [[true, "overwrite"], [false, "explicit"]]) listeners.get("cookie")?.({ removed, cause, cookie });
    expect(await happens("cookie", { removed: true, cause: "expired_overwrite", cookie })).toEqual(["ended https://mail.lab.test"]);
  });

  it("ends the session of a webmail whose last tab was closed", async () => {
    expect(await happens("tab", 7)).toContain("left tab 7");
  });
});
