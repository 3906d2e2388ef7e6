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
  const read = async () => ((await area.get(name))[name] ?? {}) as Record<string, T>;
  return {
    read,
    change<R>(change: (rows: Record<string, T>) => R): Promise<R> {
      const next = last.then(async () => {
        const rows = await read();
        const result = change(rows);
        await area.set({ [name]: rows });
        return result;
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}
