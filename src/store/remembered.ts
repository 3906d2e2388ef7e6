import type { database } from "./database.ts";

type Connection = Awaited<ReturnType<typeof database>>;

/** What a read of the database answered, for as long as nobody wrote there. */
export interface Remembered<T> {
  /** Read once for each connection and each state of the store; a failure is not remembered. */
  get(): Promise<T>;
  /** To be called by every writer of the store when its transaction is done, in the one context that writes it. */
  written(): void;
}

/** Remembers one read of a store that the background alone reads and writes. */
export function remembered<T>(open: () => Promise<Connection>, read: (connection: Connection) => Promise<T>): Remembered<T> {
  let kept: { connection: Connection; value: Promise<T> } | null = null;
  return {
    async get() {
      const connection = await open();
      if (kept?.connection === connection) return kept.value;
      const mine = { connection, value: read(connection) };
      kept = mine;
      mine.value.catch(() => {
        if (kept === mine) kept = null;
      });
      return mine.value;
    },
    // A read that was begun before the write and is still under way is answered to those who asked, and to nobody after them.
    written() {
      kept = null;
    },
  };
}
