import { beforeEach, describe, expect, it, vi } from "vitest";
import type { PolicyService } from "../../../src/background/policy-service.ts";
import { type WebmailBrowser, webmailService } from "../../../src/background/webmail-service.ts";
import { defaultUserSettings, effectivePolicy } from "../../../src/policy/effective.ts";
import type { PatternKind } from "../../../src/protocol/origin-pattern.ts";

const store = vi.hoisted(() => ({ origins: new Set<string>() }));
vi.mock("../../../src/store/webmails.ts", () => ({
  allWebmails: () => Promise.resolve([...store.origins].map((origin) => ({ origin, addedAt: "" }))),
  putWebmail: ({ origin }: { origin: string }) => Promise.resolve(void store.origins.add(origin)),
  removeWebmail: (origin: string) => Promise.resolve(void store.origins.delete(origin)),
}));
vi.mock("../../../src/store/identities.ts", () => ({ bindIdentities: () => Promise.resolve(), unbindIdentities: () => Promise.resolve() }));

beforeEach(() => store.origins.clear());

function setup(kind: PatternKind, permitted: string[], managed = {}) {
  const registered: string[][] = [];
  const injected: number[] = [];
  const browser: WebmailBrowser = {
    kind,
    contains: (pattern) => Promise.resolve(permitted.includes(pattern)),
    removePermission: (pattern) => Promise.resolve(void permitted.splice(permitted.indexOf(pattern), 1)),
    register: (patterns) => Promise.resolve(void registered.push(patterns)),
    tabs: () =>
      Promise.resolve([
        { id: 1, url: "http://127.0.0.1:8080/?_task=mail", active: true },
        { id: 2, url: "http://127.0.0.1:9999/", active: false },
      ]),
    inject: (tab) => Promise.resolve(void injected.push(tab)),
    tell: () => Promise.resolve(),
  };
  const policy = { current: () => Promise.resolve(effectivePolicy(managed, defaultUserSettings)) } as unknown as PolicyService;
  return { service: webmailService(browser, policy, () => new Date()), registered, injected, permitted };
}

describe("webmails", () => {
  it("are registered by a pattern with the port in Chromium and without it in Firefox", async () => {
    const chromium = setup("chromium", ["http://127.0.0.1:8080/*"]);
    await chromium.service.add("http://127.0.0.1:8080");
    expect(chromium.registered.at(-1)).toEqual(["http://127.0.0.1:8080/*"]);
    const firefox = setup("firefox", ["http://127.0.0.1/*"]);
    await firefox.service.add("http://127.0.0.1:8080");
    expect(firefox.registered.at(-1)).toEqual(["http://127.0.0.1/*"]);
  });

  it("grant the whole origin, not what Firefox's pattern covers, and reach open tabs of that origin alone", async () => {
    const { service, injected } = setup("firefox", ["http://127.0.0.1/*"]);
    await service.add("http://127.0.0.1:8080");
    expect([...(await service.granted())]).toEqual(["http://127.0.0.1:8080"]);
    expect(injected).toEqual([1]);
  });

  it("are not added without the browser's permission, nor by what is no origin", async () => {
    const { service } = setup("chromium", []);
    for (const origin of ["https://mail.example.org", "https://*", "javascript:0", "https://mail.example.org/x"]) {
      await expect(service.add(origin)).rejects.toMatchObject({ code: "protocol.forbidden" });
    }
    expect(store.origins.size).toBe(0);
  });

  it("come from the browser's report when the window that asked is gone, with the port of the tab", async () => {
    const { service } = setup("firefox", ["http://127.0.0.1/*"]);
    await service.permissionsAdded(["http://127.0.0.1/*"]);
    expect([...store.origins]).toEqual(["http://127.0.0.1:8080"]);
  });

  it("of the organisation count where the browser permits them", async () => {
    const { service } = setup("chromium", ["https://a.example.org/*"], { WebmailOrigins: ["https://a.example.org", "https://b.example.org"] });
    expect([...(await service.granted())]).toEqual(["https://a.example.org"]);
    expect(await service.all()).toEqual([
      { origin: "https://a.example.org", managed: true },
      { origin: "https://b.example.org", managed: true },
    ]);
  });

  it("lose permission and script when they are removed", async () => {
    const { service, registered, permitted } = setup("chromium", ["http://127.0.0.1:8080/*"]);
    await service.add("http://127.0.0.1:8080");
    await service.remove("http://127.0.0.1:8080");
    expect(permitted).toEqual([]);
    expect(registered.at(-1)).toEqual([]);
    expect((await service.granted()).size).toBe(0);
  });
});
