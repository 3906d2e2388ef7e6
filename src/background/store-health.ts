import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/errors.ts";
import type { StoreDamage } from "../protocol/repair.ts";
import { count, record, type Shape, text } from "../protocol/shape.ts";
import type { StoreWatch } from "../store/reading.ts";

/** What is counted: losing one of these takes something away that nobody brings back by himself. */
export const counted = ["identities", "people", "anchors", "trust-decisions", "webmails"] as const;
type Counted = (typeof counted)[number];
type Counts = Record<Counted, number>;

/** What is remembered outside the database, so that one that was emptied is not taken for a first run. No secret, and no name. */
export interface StoreMark {
  /** Random, the same in the database. */
  id: string;
  /** When these counts were true, ISO 8601. */
  at: string;
  counts: Counts;
  /** How many unreadable records the person knows of and lives with. */
  known: number;
}

const isMark: Shape<StoreMark> = record({
  id: text(64),
  at: text(40),
  counts: record(Object.fromEntries(counted.map((name) => [name, count()])) as Record<Counted, Shape<number>>),
  known: count(),
});

export interface StoreHealthParts {
  /** Beside the database: the browser's `storage.local`. */
  mark: { read(): Promise<unknown>; write(mark: StoreMark): Promise<void> };
  /** The database's own half; each throws the codes of `store`. */
  database: { id(): Promise<unknown>; setId(id: string): Promise<void>; count(store: Counted): Promise<number> };
  /** Records that were passed over since this context began. */
  unreadable: () => { store: string; count: number }[];
  newId: () => string;
  clock: Clock;
}

/** Whether the database is what it was when it was used last (docs/administrator/troubleshooting.md). */
export interface StoreHealth extends StoreWatch {
  /** What is wrong; null if nothing is known to be. */
  state(): Promise<StoreDamage | null>;
  /** The person was told, and goes on with what is there. */
  acknowledge(unreadable: number): Promise<void>;
}

export function storeHealth({ mark, database, unreadable, newId, clock }: StoreHealthParts): StoreHealth {
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: each reads the mark and writes it anew. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  }

  /** Removals that were announced and are not done: what they take is missing already in what is written down. */
  const leaving = new Map<Counted, number>();
  function leave(store: string, by: number): void {
    const name = counted.find((each) => each === store);
    if (name !== undefined) leaving.set(name, Math.max(0, (leaving.get(name) ?? 0) + by));
  }

  const read = async (): Promise<StoreMark | null> => {
    try {
      return isMark(await mark.read());
    } catch {
      return null;
    }
  };
  const now = async (): Promise<Counts> => Object.fromEntries(await Promise.all(counted.map(async (name) => [name, await database.count(name)] as const))) as Counts;
  const write = async (id: string, counts: Counts, known: number): Promise<void> => mark.write({ id, at: clock().toISOString(), counts, known });

  /** What is gone though nobody removed it; null if nothing. A first run, and the first of this version, begin the account. */
  async function lost(): Promise<{ at: string; lost: StoreDamage["lost"] } | null> {
    const before = await read();
    const id = await database.id();
    const counts = await now();
    if (!before) {
      const own = typeof id === "string" ? id : newId();
      if (own !== id) await database.setId(own);
      await write(own, counts, 0);
      return null;
    }
    const fewer = counted.filter((name) => counts[name] < before.counts[name]).map((name) => ({ store: name, before: before.counts[name], now: counts[name] }));
    // A database that held nothing of the sort and was emptied took nothing away.
    if (fewer.length === 0 && id === before.id) return null;
    if (fewer.length === 0) {
      const own = typeof id === "string" ? id : newId();
      if (own !== id) await database.setId(own);
      await write(own, counts, before.known);
      return null;
    }
    return { at: before.at, lost: fewer };
  }

  async function damage(): Promise<StoreDamage | null> {
    try {
      const gone = await lost();
      const passed = unreadable();
      if (gone) return { code: "store.lost", ...gone, unreadable: passed };
      const sum = passed.reduce((all, each) => all + each.count, 0);
      return sum > ((await read())?.known ?? 0) ? { code: "store.unreadable", at: null, lost: [], unreadable: passed } : null;
    } catch (error) {
      return { code: codeOf(error), at: (await read())?.at ?? null, lost: await held(), unreadable: [] };
    }
  }

  /** What there was, while the database itself says nothing. */
  async function held(): Promise<StoreDamage["lost"]> {
    const before = await read();
    return before ? counted.flatMap((name) => (before.counts[name] > 0 ? [{ store: name, before: before.counts[name], now: null }] : [])) : [];
  }

  async function note(store: string, change: (counts: Counts, name: Counted) => number | Promise<number>): Promise<void> {
    const name = counted.find((each) => each === store);
    if (name === undefined) return;
    await inTurn(async () => {
      // While a loss has not been told and taken note of, what there was stays written down.
      if (await lost()) return;
      const before = await read();
      if (before) await write(before.id, { ...before.counts, [name]: await change(before.counts, name) }, before.known);
    }).catch(() => undefined);
  }

  return {
    state: () => inTurn(damage),
    acknowledge: (known) =>
      inTurn(async () => {
        const id = await database.id();
        const own = typeof id === "string" ? id : newId();
        if (own !== id) await database.setId(own);
        await write(own, await now(), known);
      }),
    removing: (store, count = 1) => {
      leave(store, count);
      return note(store, (counts, name) => Math.max(0, counts[name] - count));
    },
    changed: (store, removed = 0) => {
      leave(store, -removed);
      return note(store, async (_counts, name) => Math.max(0, (await database.count(name)) - (leaving.get(name) ?? 0)));
    },
  };
}
