import { beforeEach, describe, expect, it, vi } from "vitest";
import { classify } from "../../../src/background/authority.ts";
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

const EVERYWHERE = ["http://*/*", "https://*/*"];

function setup(kind: PatternKind, permitted: string[], managed = {}, directories: string[] = []) {
  const registered: string[][] = [];
  const injected: number[] = [];
  const browser: WebmailBrowser = {
    kind,
    contains: (pattern) => Promise.resolve(permitted.includes(pattern) || permitted.some((each) => each.endsWith("//*/*") && pattern.startsWith(each.slice(0, -3)))),
    removePermission: (pattern) => Promise.resolve(void permitted.splice(permitted.indexOf(pattern), 1)),
    register(patterns) {
      const before = registered.at(-1) ?? [];
      registered.push(patterns);
      return Promise.resolve(patterns.filter((each) => !before.includes(each)));
    },
    tabs: () =>
      Promise.resolve([
        { id: 1, url: "http://127.0.0.1:8080/?_task=mail", active: true },
        { id: 2, url: "http://127.0.0.1:9999/", active: false },
      ]),
    inject: (tab) => Promise.resolve(void injected.push(tab)),
    tell: () => Promise.resolve(),
  };
  const policy = { current: () => Promise.resolve(effectivePolicy(managed, defaultUserSettings)) } as unknown as PolicyService;
  return { service: webmailService(browser, policy, () => new Date(), () => Promise.resolve(directories)), registered, injected, permitted };
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

  it("of the organisation have the adapter that it named, and those that it forbids are none, whoever allows them", async () => {
    const WebmailOrigins = ["https://a.example.org Roundcube", "https://b.example.org", "https://c.example.org none", "https://c.example.org roundcube", "https://d.example.org squirrel"];
    const { service, injected } = setup("chromium", [...EVERYWHERE], { WebmailOrigins: [...WebmailOrigins, "http://127.0.0.1:8080 none"] });
    expect((await service.all()).map(({ origin }) => origin)).toEqual(["https://a.example.org", "https://b.example.org"]);
    expect(await Promise.all(["a", "b", "c", "d"].map((host) => service.adapterOf(`https://${host}.example.org`)))).toEqual(["roundcube", null, null, null]);
    for (const host of ["c", "d"]) await expect(service.add(`https://${host}.example.org`), host).rejects.toMatchObject({ code: "protocol.forbidden" });
    await service.permissionsAdded(["http://127.0.0.1:8080/*"]);
    expect([[...store.origins], injected]).toEqual([[], []]);
  });

  it("that the organisation names get their script in tabs that are open already, once and not after an update", async () => {
    const managed: Record<string, unknown> = {};
    const { service, injected } = setup("chromium", ["http://127.0.0.1:8080/*"], managed);
    await service.sync(true);
    expect(injected).toEqual([]);
    managed["WebmailOrigins"] = ["http://127.0.0.1:8080"];
    await service.sync(true);
    await service.sync(true);
    expect(injected).toEqual([1]);
    const updated = setup("chromium", ["http://127.0.0.1:8080/*"], managed);
    await updated.service.sync(false);
    await updated.service.sync(true);
    expect(updated.injected).toEqual([]);
  });

  it.each(["chromium", "firefox"] as const)("are not made by the permission to fetch from everywhere, nor is a script registered there (%s)", async (kind) => {
    const { service, registered, injected } = setup(kind, [...EVERYWHERE]);
    await service.permissionsAdded([...EVERYWHERE, "https://*.example.org/*", "<all_urls>"]);
    expect([...store.origins, ...(await service.granted()), ...injected]).toEqual([]);
    expect(registered.flat()).toEqual([]);
  });

  it("alone may ask as content scripts while everything may be fetched", async () => {
    const { service, registered } = setup("chromium", [...EVERYWHERE]);
    await service.add("https://mail.example.org");
    expect([...(await service.granted())]).toEqual(["https://mail.example.org"]);
    expect(registered.at(-1)).toEqual(["https://mail.example.org/*"]);
    const self = { id: "us", origin: "chrome-extension://us" };
    const from = (origin: string) => ({ id: "us", origin, url: `${origin}/`, tab: { id: 1 }, frameId: 0, documentId: "d" });
    expect(classify(from("https://mail.example.org"), self, await service.granted())).toMatchObject({ kind: "content" });
    for (const origin of ["https://crl.example.org", "http://mail.example.org", "https://mail.example.org:8443"]) {
      expect(classify(from(origin), self, await service.granted())).toBeNull();
    }
    await service.remove("https://mail.example.org");
    expect((await service.granted()).size).toBe(0);
    expect(registered.at(-1)).toEqual([]);
  });

  it("are not made by the permission for a directory's server, unless the user adds it as one", async () => {
    const { service } = setup("chromium", ["http://127.0.0.1:8080/*"], {}, ["http://127.0.0.1:8080"]);
    await service.permissionsAdded(["http://127.0.0.1:8080/*"]);
    expect([...store.origins]).toEqual([]);
    await service.add("http://127.0.0.1:8080");
    expect([...store.origins]).toEqual(["http://127.0.0.1:8080"]);
  });

  it("that the browser closed and opened again, by themselves or with everything, get their script again", async () => {
    const { service, registered, injected, permitted } = setup("chromium", ["http://127.0.0.1:8080/*"]);
    await service.add("http://127.0.0.1:8080");
    for (const opened of [["http://127.0.0.1:8080/*"], EVERYWHERE]) {
      permitted.splice(0);
      await service.sync();
      expect(registered.at(-1)).toEqual([]);
      permitted.push(...opened);
      await service.permissionsAdded(opened);
      expect(registered.at(-1)).toEqual(["http://127.0.0.1:8080/*"]);
    }
    expect(injected).toEqual([1, 1]);
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
