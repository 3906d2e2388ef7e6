import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { allIdentities, bindIdentities, KeptIdentity, putIdentity, removeIdentity, replaceKeys } from "../../../src/store/identities.ts";
import type { database } from "../../../src/store/database.ts";
import type { unreadableRecords } from "../../../src/store/reading.ts";
import type { deleteDatabase } from "../../../src/store/salvage.ts";
import { hasChromium, openPage, type Opened } from "../ui/browser/open.ts";

declare const inPage: {
  allIdentities: typeof allIdentities; bindIdentities: typeof bindIdentities; putIdentity: typeof putIdentity; removeIdentity: typeof removeIdentity; replaceKeys: typeof replaceKeys;
  database: typeof database; unreadableRecords: typeof unreadableRecords; deleteDatabase: typeof deleteDatabase;
};
declare const identity: KeptIdentity;

describe.skipIf(!hasChromium)("own keys in the database, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  beforeEach(async () => {
    await opened.page.reload();
    await opened.page.evaluate(() => {
      Object.assign(globalThis, { identity: { id: "a", certificate: Uint8Array.of(1), chain: [], key: "clear", origins: ["https://a.test"], addedAt: "2026-05-03T08:31:00.000Z" } });
      return inPage.deleteDatabase();
    });
  });

  it("are gone for this context, too, when a person starts anew", async () => {
    expect(await opened.page.evaluate(async () => {
      await inPage.putIdentity(identity);
      const before = (await inPage.allIdentities()).length;
      await inPage.deleteDatabase();
      return [before, (await inPage.allIdentities()).length];
    })).toEqual([1, 0]);
  });

  it("leave nothing that is told as unreadable when a person starts anew", async () => {
    expect(await opened.page.evaluate(async () => {
      await (await inPage.database()).put("identities", { id: "b", certificate: "flipped" } as never);
      await inPage.allIdentities();
      const before = inPage.unreadableRecords();
      await inPage.deleteDatabase();
      return [before, inPage.unreadableRecords()];
    })).toEqual([[{ store: "identities", count: 1 }], []]);
  });

  it("get another form of their key without losing a webmail that is added at the same time", async () => {
    expect(await opened.page.evaluate(async () => {
      await inPage.putIdentity(identity);
      await Promise.all([inPage.replaceKeys(new Map([["a", "sealed"]])), inPage.bindIdentities("https://b.test")]);
      return (await inPage.allIdentities()).map(({ key, origins }) => [key, origins]);
    })).toEqual([["sealed", ["https://a.test", "https://b.test"]]]);
  });

  it("that were removed meanwhile do not come back by it", async () => {
    expect(await opened.page.evaluate(async () => {
      await inPage.putIdentity(identity);
      await inPage.removeIdentity("a");
      await inPage.replaceKeys(new Map([["a", "sealed"]]));
      return (await inPage.allIdentities()).length;
    })).toEqual(0);
  });
});
