import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { database } from "../../../src/store/database.ts";
import { hasChromium, openPage, type Opened } from "../ui/browser/open.ts";

declare const inPage: { database: typeof database };

interface OldStore {
  name: string;
  /** The first version that has it. */
  since: number;
  keyPath: string | string[] | null;
  /** One row of it, in which `octets` stands for octets and `key` for a key that cannot be read. */
  row: Record<string, unknown>;
  /** Where the store has no key path. */
  key?: string;
}

const octets = "octets";
const when = "2026-05-03T08:31:00.000Z";
const person = { certificate: octets, others: [octets], source: "signed-mail", ciphers: ["aes-256-cbc"], preferredAt: when, addedAt: when, name: "Bob", addresses: ["bob@lab.test", "b@lab.test"] };

/** What databases of earlier versions hold, written down as they were: this list grows, and nothing of it changes. */
const stores: OldStore[] = [
  { name: "identities", since: 1, keyPath: "id", row: { id: "i", certificate: octets, chain: [octets], key: { sign: "key" }, origins: ["https://mail.lab.test"], addedAt: when } },
  { name: "people", since: 1, keyPath: "sha256", row: { sha256: "aa", ...person } },
  { name: "anchors", since: 1, keyPath: "sha256", row: { sha256: "bb", certificate: octets, addedAt: when } },
  { name: "outbox", since: 1, keyPath: "record.id", row: { record: { id: "s", state: "sending", envelopes: [{ id: "e", state: "unknown" }] } } },
  { name: "envelopes", since: 1, keyPath: ["send", "envelope"], row: { send: "s", envelope: "e", mime: octets } },
  { name: "drafts", since: 1, keyPath: "id", row: { id: "d", origin: "https://mail.lab.test", account: "alice", server: null, savedAt: when, sealed: octets } },
  { name: "settings", since: 1, keyPath: null, key: "local-keys", row: { seal: "key" } },
  { name: "webmails", since: 1, keyPath: "origin", row: { origin: "https://mail.lab.test", addedAt: when } },
  { name: "receipts-sent", since: 2, keyPath: "digest", row: { digest: "cc", sentAt: when } },
  { name: "receipts-asked", since: 2, keyPath: "contentIdentifier", row: { contentIdentifier: "dd", digestName: "SHA-256", msgSigDigest: "ee", signatureDigest: "ff", sentAt: when } },
  { name: "revocation", since: 3, keyPath: "key", row: { key: "file 1", kind: "crl", octets, fetchedAt: when, nextUpdate: null, url: null } },
  { name: "issuers", since: 3, keyPath: "url", row: { url: "http://aia.lab.test/ca", certificates: [octets], fetchedAt: when } },
  { name: "trust-decisions", since: 3, keyPath: "sha256", row: { sha256: "ab", certificate: octets, decision: "distrusted", decidedAt: when } },
  { name: "directory-answers", since: 3, keyPath: ["directory", "address"], row: { directory: "ldap://d", address: "bob@lab.test", certificates: [], name: "Bob", list: false, askedAt: when } },
];

/** Every store that the code opens now; a new one is written down above with its version. */
const now = [...stores.map(({ name }) => name), "intermediates"].sort();

describe.skipIf(!hasChromium)("a database of an earlier version, in a browser", () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openPage();
  }, 60_000);
  afterAll(() => opened?.close());
  // The page that has it open goes first.
  beforeEach(() => opened.page.reload());

  /** Makes the database as a version had it, opens it with our code, and answers every row as text, before and after. */
  function upgraded(version: number): Promise<{ before: Record<string, string>; after: Record<string, string>; names: string[]; byAddress: number }> {
    return opened.page.evaluate(
      async (all, version) => {
        const done = <T>(request: IDBRequest<T>): Promise<T> =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error ?? new Error("refused"));
          });
        const told = (value: unknown): string =>
          JSON.stringify(value, (_name, each: unknown) => (each instanceof Uint8Array ? `octets ${each.join()}` : each instanceof CryptoKey ? `key ${each.type} ${each.extractable}` : each));
        const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
        const real = (value: unknown): unknown => {
          if (value === "octets") return Uint8Array.of(1, 2, 255);
          if (value === "key") return key;
          if (Array.isArray(value)) return value.map(real);
          return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, real(each)])) : value;
        };
        await done(indexedDB.deleteDatabase("mailseal"));
        const opening = indexedDB.open("mailseal", version);
        opening.onupgradeneeded = () => {
          for (const { name, keyPath } of all) {
            const store = opening.result.createObjectStore(name, keyPath === null ? {} : { keyPath });
            if (name === "people") store.createIndex("by-address", "addresses", { multiEntry: true });
          }
        };
        const old = await done(opening);
        const before: Record<string, string> = {};
        for (const { name, row, key: named } of all) {
          const value = real(row);
          before[name] = told([value]);
          await done(old.transaction(name, "readwrite").objectStore(name).put(value, named));
        }
        old.close();
        const after: Record<string, string> = {};
        const database = await inPage.database();
        for (const { name } of all) after[name] = told(await database.getAll(name as "people"));
        const byAddress = (await database.getAllFromIndex("people", "by-address", "b@lab.test")).length;
        return { before, after, names: [...database.objectStoreNames].sort(), byAddress };
      },
      stores.filter(({ since }) => since <= version),
      version,
    );
  }

  it.each([1, 2, 3])("version %i is opened with every row that it had, and has every store of today", async (version) => {
    const { before, after, names, byAddress } = await upgraded(version);
    expect(Object.keys(before)).toHaveLength(stores.filter(({ since }) => since <= version).length);
    expect(after).toEqual(before);
    expect(before["identities"]).toContain("key secret false");
    expect(names).toEqual(now);
    expect(byAddress).toBe(1);
  });
});
