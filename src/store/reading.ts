import { SmimeError } from "../base/errors.ts";
import { database, type MailsealSchema, whenDeleted } from "./database.ts";
import { copies, forms, type StoreName } from "./forms.ts";
import { isDamaged, storeCode } from "./store-code.ts";

type Value<S extends StoreName> = MailsealSchema[S]["value"];
type Key<S extends StoreName> = MailsealSchema[S]["key"];

/** Whoever keeps account of what is in the stores. */
export interface StoreWatch {
  /** Records, one unless it says more, are about to be removed on purpose: what fails afterwards is no loss. */
  removing(store: StoreName, count?: number): Promise<void>;
  /** Something was added, or as many records as were announced were removed, or were to be and could not. */
  changed(store: StoreName, removed?: number): Promise<void>;
}

let watch: StoreWatch | null = null;

export function watchStores(watching: StoreWatch): void {
  watch = watching;
}

/** Removes records by another way than `take`, and has it kept account of. */
export async function removingMany(store: StoreName, count: number, remove: () => Promise<void>): Promise<void> {
  if (count > 0) await watch?.removing(store, count);
  try {
    await remove();
  } finally {
    if (count > 0) await watch?.changed(store, count);
  }
}

/** Records that this context passed over because they cannot be read, by their keys. */
const passedOver = new Map<StoreName, Set<string>>();
whenDeleted(() => passedOver.clear());

/** How many records of each store were passed over since this context began; stores without any are left out. */
export function unreadableRecords(): { store: StoreName; count: number }[] {
  return [...passedOver].flatMap(([store, keys]) => (keys.size > 0 && !copies.has(store) ? [{ store, count: keys.size }] : []));
}

export function passOver(store: StoreName, key: unknown): void {
  const keys = passedOver.get(store) ?? new Set<string>();
  passedOver.set(store, keys.add(JSON.stringify(key)));
}

/** The names of a store's records that were passed over, where names are texts. */
export function passedOverNames(store: StoreName): string[] {
  return [...(passedOver.get(store) ?? [])].map((key) => JSON.parse(key) as unknown).filter((key) => typeof key === "string");
}

/** A record's key, which it has whatever else it lacks: the browser keeps none without. */
function keyOf(value: unknown): unknown {
  const { sha256, contentIdentifier, digest, send, envelope, record, id, origin, key, url } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return sha256 ?? contentIdentifier ?? digest ?? (send === undefined ? undefined : [send, envelope]) ?? (record as { id?: unknown } | undefined)?.id ?? id ?? origin ?? key ?? url ?? null;
}

/** Whether our code can work with what a store holds; what it cannot is told as passed over. */
export function isReadable<S extends StoreName>(store: S, value: unknown): value is Value<S> {
  if (forms[store](value)) return true;
  passOver(store, keyOf(value));
  return false;
}

/**
 * Every record of a store that can be read. One that cannot is passed over and stays where it is. Throws what `database` does.
 */
export async function readAll<S extends StoreName>(store: S, range?: IDBKeyRange): Promise<Value<S>[]> {
  const opened = await database();
  let all: unknown[];
  try {
    all = await opened.getAll(store, range);
  } catch {
    // One value that the browser cannot bring back spoils the whole answer.
    return oneByOne(store, range);
  }
  return all.filter((value) => isReadable(store, value));
}

async function oneByOne<S extends StoreName>(store: S, range?: IDBKeyRange): Promise<Value<S>[]> {
  const opened = await database();
  const keys = await opened.getAllKeys(store, range).catch(refuse);
  const found: Value<S>[] = [];
  for (const key of keys) {
    const value = await readOne(store, key as Key<S>);
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** One record; undefined if there is none, or none that can be read. Throws what `database` does. */
export async function readOne<S extends StoreName>(store: S, key: Key<S>): Promise<Value<S> | undefined> {
  const opened = await database();
  let value: unknown;
  try {
    value = await opened.get(store, key);
  } catch (cause) {
    if (!isDamaged(cause)) return refuse(cause);
    passOver(store, key);
    return undefined;
  }
  return value !== undefined && isReadable(store, value) ? value : undefined;
}

export function refuse(cause: unknown): never {
  throw cause instanceof SmimeError ? cause : new SmimeError(storeCode(cause), { cause });
}

/** Records that lay where another one came to lie and could not be read; as many as this are kept aside. */
const ASIDE = "set-aside";
const MOST_ASIDE = 100;

/**
 * Puts a record. One in its place that cannot be read is set aside first, so that it stays on the disk.
 * @param change makes the record of what is there and can be read; throws to refuse
 */
export async function change<S extends Exclude<StoreName, "settings">>(store: S, key: Key<S>, change: (kept: Value<S> | undefined) => Value<S>): Promise<Value<S>> {
  const opened = await database();
  let changed: Value<S>;
  const transaction = opened.transaction([store, "settings"], "readwrite");
  const target = transaction.objectStore(store);
  try {
    const before: unknown = await target.get(key);
    const readable = before !== undefined && isReadable(store, before);
    changed = change(readable ? before : undefined);
    if (before !== undefined && !readable) {
      const settings = transaction.objectStore("settings");
      const aside = ((await settings.get(ASIDE)) as unknown[] | undefined) ?? [];
      if (aside.length >= MOST_ASIDE) throw new SmimeError("store.damaged");
      await settings.put([...aside, { store, value: before }], ASIDE);
    }
    await target.put(changed);
    await transaction.done;
  } catch (cause) {
    // What is left of the transaction must not be written; that it ends so is known already.
    transaction.done.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    return refuse(cause);
  }
  await watch?.changed(store);
  return changed;
}

/** Puts a record in the place of what is there; see `change`. */
export async function keep<S extends Exclude<StoreName, "settings">>(store: S, key: Key<S>, value: Value<S>): Promise<void> {
  await change(store, key, () => value);
}

/** Removes a record and answers it; undefined if there was none. One that cannot be read stays. */
export async function take<S extends Exclude<StoreName, "settings">>(store: S, key: Key<S>): Promise<Value<S> | undefined> {
  const known = await readOne(store, key);
  if (known === undefined) return undefined;
  await removingMany(store, 1, async () => {
    const opened = await database();
    await opened.delete(store, key).catch(refuse);
  });
  return known;
}
