import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { closeDatabase, database } from "../../../src/store/database.ts";
import type { allPeople, KeptCertificate, updateCertificate } from "../../../src/store/people.ts";
import type { unreadableRecords } from "../../../src/store/reading.ts";
import type { deleteDatabase, salvage, surveyStores } from "../../../src/store/salvage.ts";
import { hasChromium, openPage, type Opened } from "../ui/browser/open.ts";

declare const inPage: {
  database: typeof database; closeDatabase: typeof closeDatabase; allPeople: typeof allPeople; updateCertificate: typeof updateCertificate;
  unreadableRecords: typeof unreadableRecords; deleteDatabase: typeof deleteDatabase; salvage: typeof salvage; surveyStores: typeof surveyStores;
};

/** What the page of a test has at hand. */
interface Tools {
  raw(version?: number, upgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase>;
  done<T>(request: IDBRequest<T>): Promise<T>;
  codeOf(work: Promise<unknown>): Promise<string>;
  person(sha256: string, name?: string): KeptCertificate;
}
declare const tools: Tools;

describe.skipIf(!hasChromium)("a database that is not as it should be, in a browser (issue 5: never silently emptied)", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  beforeEach(async () => {
    await opened.page.reload();
    await opened.page.evaluate(async () => {
      const done: Tools["done"] = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("refused"));
      });
      const raw: Tools["raw"] = (version, upgrade) => {
        const opening = indexedDB.open("mailseal", version);
        opening.onupgradeneeded = () => upgrade?.(opening.result);
        return done(opening);
      };
      const codeOf: Tools["codeOf"] = (work) => work.then(() => "opened", ({ code = "no code of ours" }: { code?: string }) => code);
      const person: Tools["person"] = (sha256, name = "Bob") => ({ sha256, certificate: Uint8Array.of(1, 2), addresses: ["bob@lab.test"], name, others: [], source: "file", ciphers: [], preferredAt: null, addedAt: "2026-05-03T08:31:00.000Z" });
      Object.assign(globalThis, { tools: { done, raw, codeOf, person } });
      await done(indexedDB.deleteDatabase("mailseal"));
    });
  });

  it("is left alone where a newer version wrote it, and what is in it can be saved", async () => {
    expect(await opened.page.evaluate(async () => {
      const newer = await tools.raw(99, (made) => made.createObjectStore("webmails", { keyPath: "origin" }));
      await tools.done(newer.transaction("webmails", "readwrite").objectStore("webmails").put({ origin: "https://mail.lab.test", addedAt: "2026-05-03T08:31:00.000Z" }));
      newer.close();
      const code = await tools.codeOf(inPage.database());
      const { records } = await inPage.salvage("webmails", 0, 1000);
      const after = await tools.raw();
      return { code, records: records.length, version: after.version, stores: [...after.objectStoreNames] };
    })).toEqual({ code: "store.newer", records: 1, version: 99, stores: ["webmails"] });
  });

  it("stays what it was when an upgrade fails in the middle, and is taken over the next time", async () => {
    expect(await opened.page.evaluate(async () => {
      const old = await tools.raw(1, (made) => {
        for (const name of ["identities", "drafts"]) made.createObjectStore(name, { keyPath: "id" });
        for (const name of ["people", "anchors"]) made.createObjectStore(name, { keyPath: "sha256" }).createIndex("by-address", "addresses", { multiEntry: true });
        made.createObjectStore("outbox", { keyPath: "record.id" });
        made.createObjectStore("envelopes", { keyPath: ["send", "envelope"] });
        made.createObjectStore("settings");
        made.createObjectStore("webmails", { keyPath: "origin" });
      });
      await tools.done(old.transaction("people", "readwrite").objectStore("people").put(tools.person("aa")));
      old.close();
      // eslint-disable-next-line @typescript-eslint/unbound-method -- It is called with a database below.
      const create = IDBDatabase.prototype.createObjectStore;
      IDBDatabase.prototype.createObjectStore = function (name, options) {
        if (name === "issuers") throw new DOMException("no room", "QuotaExceededError");
        return create.call(this, name, options);
      };
      const code = await tools.codeOf(inPage.database());
      const between = await tools.raw();
      const { version } = between;
      const left = await tools.done(between.transaction("people").objectStore("people").count());
      between.close();
      IDBDatabase.prototype.createObjectStore = create;
      return { code, version, left, people: (await inPage.allPeople()).length };
    })).toEqual({ code: "store.upgrade-failed", version: 1, left: 1, people: 1 });
  });

  it("is not used where a store is missing, and the others can be saved", async () => {
    expect(await opened.page.evaluate(async () => {
      const { version } = await inPage.database();
      await inPage.deleteDatabase();
      const lacking = await tools.raw(version, (made) => made.createObjectStore("people", { keyPath: "sha256" }));
      lacking.close();
      return { code: await tools.codeOf(inPage.database()), stores: [...(await tools.raw()).objectStoreNames] };
    })).toEqual({ code: "store.incomplete", stores: ["people"] });
  });

  it("gives every record but the one that cannot be read, which stays, and counts it", async () => {
    expect(await opened.page.evaluate(async () => {
      const database = await inPage.database();
      await database.put("people", tools.person("aa"));
      await database.put("people", { sha256: "bb", certificate: "flipped" } as never);
      const names = (await inPage.allPeople()).map(({ sha256 }) => sha256);
      return { names, told: inPage.unreadableRecords(), left: await database.count("people") };
    })).toEqual({ names: ["aa"], told: [{ store: "people", count: 1 }], left: 2 });
  });

  it("gives the others where the browser itself cannot bring one value back", async () => {
    expect(await opened.page.evaluate(async () => {
      const database = await inPage.database();
      for (const name of ["aa", "bb", "cc"]) await database.put("people", tools.person(name));
      const damaged = (): never => {
        throw new DOMException("Failed to read large IndexedDB value", "DataError");
      };
      // eslint-disable-next-line @typescript-eslint/unbound-method -- It is called with a store below.
      const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.getAll = damaged;
      IDBObjectStore.prototype.get = function (key) {
        return key === "bb" ? damaged() : get.call(this, key);
      };
      return { names: (await inPage.allPeople()).map(({ sha256 }) => sha256), told: inPage.unreadableRecords() };
    })).toEqual({ names: ["aa", "cc"], told: [{ store: "people", count: 1 }] });
  });

  it("sets a record that cannot be read aside before another one takes its place", async () => {
    expect(await opened.page.evaluate(async () => {
      const database = await inPage.database();
      await database.put("people", { sha256: "bb", certificate: "flipped" } as never);
      await inPage.updateCertificate("bb", (kept) => ({ ...tools.person("bb"), name: kept === undefined ? "made anew" : "changed" }));
      return { names: (await inPage.allPeople()).map(({ name }) => name), aside: await database.get("settings", "set-aside") };
    })).toEqual({ names: ["made anew"], aside: [{ store: "people", value: { sha256: "bb", certificate: "flipped" } }] });
  });

  it("is surveyed to the last bit of a certificate, and saved in parts", async () => {
    expect(await opened.page.evaluate(async () => {
      const database = await inPage.database();
      const certificate = Uint8Array.of(1, 2, 3);
      const sha256 = [...new Uint8Array(await crypto.subtle.digest("SHA-256", certificate))].map((octet) => octet.toString(16).padStart(2, "0")).join("");
      await database.put("people", { ...tools.person(sha256), certificate });
      await database.put("people", { ...tools.person(`${sha256.slice(0, -1)}x`), certificate });
      await database.put("settings", { a: 1 }, "hints-dismissed");
      const people = (await inPage.surveyStores()).find(({ store }) => store === "people");
      const first = await inPage.salvage("people", 0, 1);
      return { people, first: first.records.length, next: first.next, rest: (await inPage.salvage("people", 1, 1)).records.length, settings: (await inPage.salvage("settings", 0, 1000)).records };
    })).toEqual({ people: { store: "people", readable: 1, unreadable: 1 }, first: 1, next: 1, rest: 0, settings: [{ name: "hints-dismissed", value: { a: 1 } }] });
  });

  it("is not made by looking whether there is one", async () => {
    expect(await opened.page.evaluate(async () => ({ counts: await inPage.surveyStores(), there: (await indexedDB.databases()).length, code: await tools.codeOf(inPage.database()) }))).toEqual({ counts: [], there: 0, code: "opened" });
  });

  it("tells a damaged one from one that does not open", async () => {
    expect(await opened.page.evaluate(async () => {
      const codes: string[] = [];
      for (const name of ["UnknownError", "QuotaExceededError", "InvalidStateError"]) {
        IDBFactory.prototype.open = () => {
          throw new DOMException("internal error", name);
        };
        codes.push(await tools.codeOf(inPage.database()), await tools.codeOf(inPage.surveyStores()));
      }
      return codes;
    })).toEqual(["store.damaged", "store.damaged", "store.full", "store.full", "store.unavailable", "store.unavailable"]);
  });
});
