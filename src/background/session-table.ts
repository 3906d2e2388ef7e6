/** The part of `storage.session` that is used: memory of the browser, which outlives the worker and no restart. */
export interface SessionArea {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/**
 * A table in the browser's session memory, whose changes happen one after another: the worker may die between any two
 * of them, and never in the middle of one that took effect.
 */
export interface SessionTable<T> {
  read(): Promise<Record<string, T>>;
  /** Runs `change` on the newest rows, keeps what it left, and returns its result. */
  change<R>(change: (rows: Record<string, T>) => R): Promise<R>;
}

export function sessionTable<T>(area: SessionArea, name: string): SessionTable<T> {
  let last: Promise<unknown> = Promise.resolve();
  /** What the area holds; nobody else writes it, so it is read once in a worker's life. */
  let known: Promise<Record<string, T>> | null = null;

  async function read(): Promise<Record<string, T>> {
    known ??= area.get(name).then((items) => (items[name] ?? {}) as Record<string, T>);
    try {
      return structuredClone(await known);
    } catch (error) {
      known = null;
      throw error;
    }
  }

  return {
    read,
    change<R>(change: (rows: Record<string, T>) => R): Promise<R> {
      const next = last.then(async () => {
        const rows = await read();
        const result = change(rows);
        try {
          await area.set({ [name]: rows });
          known = Promise.resolve(structuredClone(rows));
        } catch (error) {
          // Nobody can say what the area holds now.
          known = null;
          throw error;
        }
        return result;
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}
