import { deleteDB, type IDBPDatabase, openDB } from "idb";
import { type Bytes, hex } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { closeDatabase, forgetDatabase, NAME } from "./database.ts";
import { copies, forms, type StoreName, storeNames } from "./forms.ts";
import { passOver } from "./reading.ts";
import { isDamaged, storeCode } from "./store-code.ts";

/** What one store holds, of which our code can work with so many and with so many not. */
export interface StoreCount {
  store: StoreName;
  readable: number;
  unreadable: number;
}

/** Records of a store, and where the next ones begin; null at the end. */
export interface SalvagedPart {
  records: unknown[];
  next: number | null;
}

/**
 * The database as it lies on the disk, of whatever version, opened without changing it; null if there is none. Throws `store.damaged`,
 * `store.unavailable`.
 */
async function openAsItIs(): Promise<IDBPDatabase | null> {
  let absent = false;
  try {
    return await openDB(NAME, undefined, {
      // Opening what is not there would make an empty database, which our own opening then takes for one of version 1.
      upgrade: (_database, _old, _new, transaction) => {
        absent = true;
        transaction.abort();
      },
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch (cause) {
    if (absent) return null;
    throw new SmimeError(storeCode(cause), { cause });
  }
}

async function within<R>(work: (database: IDBPDatabase) => Promise<R>, nothing: R): Promise<R> {
  const database = await openAsItIs();
  if (!database) return nothing;
  try {
    return await work(database);
  } catch (cause) {
    throw cause instanceof SmimeError ? cause : new SmimeError(storeCode(cause), { cause });
  } finally {
    database.close();
  }
}

/** Stores whose records are named by the digest of the certificate in them: one bit that has changed is seen. */
const NAMED_BY_DIGEST: ReadonlySet<StoreName> = new Set(["people", "anchors", "intermediates", "trust-decisions"]);

async function isWhole(store: StoreName, value: unknown): Promise<boolean> {
  if (!forms[store](value)) return false;
  if (!NAMED_BY_DIGEST.has(store)) return true;
  const { sha256, certificate } = value as { sha256: string; certificate: Bytes };
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", certificate))) === sha256;
}

/** One record if it is whole; null if it cannot be read. */
async function salvaged(database: IDBPDatabase, store: StoreName, key: IDBValidKey): Promise<{ value: unknown } | null> {
  try {
    const value: unknown = await database.get(store, key);
    return (await isWhole(store, value)) ? { value } : null;
  } catch (cause) {
    if (isDamaged(cause)) return null;
    throw cause;
  }
}

/** Looks at every record of every store but the copies of what lies elsewhere. Throws `store.damaged`, `store.unavailable`. */
export function surveyStores(): Promise<StoreCount[]> {
  return within<StoreCount[]>(async (database) => {
    const counts: StoreCount[] = [];
    for (const store of storeNames) {
      if (copies.has(store) || !database.objectStoreNames.contains(store)) continue;
      const keys = await database.getAllKeys(store);
      let readable = 0;
      for (const key of keys) {
        if (await salvaged(database, store, key)) readable++;
        else passOver(store, key);
      }
      counts.push({ store, readable, unreadable: keys.length - readable });
    }
    return counts;
  }, []);
}

/**
 * The whole records of a store from a place on, until they are `most` octets or more of certificates, lists and messages; with a
 * store that keeps its records under names of their own, each as `{ name, value }`. Throws `store.damaged`, `store.unavailable`.
 */
export function salvage(store: StoreName, from: number, most: number): Promise<SalvagedPart> {
  return within<SalvagedPart>(async (database) => {
    if (!database.objectStoreNames.contains(store)) return { records: [], next: null };
    const keys = await database.getAllKeys(store);
    const records: unknown[] = [];
    let size = 0;
    for (let index = from; index < keys.length; index++) {
      if (size >= most) return { records, next: index };
      const key = keys[index] as IDBValidKey;
      const found = await salvaged(database, store, key);
      if (!found) continue;
      records.push(store === "settings" ? { name: key, value: found.value } : found.value);
      size += sizeOf(found.value);
    }
    return { records, next: null };
  }, { records: [], next: null });
}

/** Octets in a record, and a little for the rest of it. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce((sum: number, member) => sum + sizeOf(member), 64);
}

/** Deletes the whole database: a person decided that, and was asked to save before what is left. Throws `store.unavailable`. */
export async function deleteDatabase(): Promise<void> {
  await closeDatabase();
  try {
    await deleteDB(NAME);
  } catch (cause) {
    throw new SmimeError(storeCode(cause), { cause });
  } finally {
    forgetDatabase();
  }
}
