import type { Clock } from "../base/clock.ts";
import type { SessionTable } from "./session-table.ts";

/** Wrong attempts in a row, and when the last one was, milliseconds since the epoch. */
export interface Attempts {
  wrong: number;
  last: number;
}

/** So many wrong attempts are anybody's; each further one doubles the wait. */
const FREE = 3;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/** Slows guessing at this browser. Whoever has the profile's files guesses without us: against him stands the cost of the derivation. */
export interface AttemptDelays {
  /** Milliseconds until the next attempt may be made; 0 for now. */
  wait(name: string): Promise<number>;
  /** Counts an attempt as wrong; called before it is made, so that several at once try no more. */
  charge(name: string): Promise<void>;
  /** It was right after all. */
  forgive(name: string): Promise<void>;
}

export function attemptDelays(table: SessionTable<Attempts>, clock: Clock): AttemptDelays {
  return {
    async wait(name) {
      const rows = await table.read();
      const { wrong, last } = (Object.hasOwn(rows, name) ? rows[name] : undefined) ?? { wrong: 0, last: 0 };
      if (wrong < FREE) return 0;
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(wrong - FREE, 16));
      // A clock that was set back makes nobody wait longer than that.
      return Math.min(wait, Math.max(0, last + wait - clock().getTime()));
    },
    charge: (name) =>
      table.change((rows) => {
        const wrong = (Object.hasOwn(rows, name) ? (rows[name]?.wrong ?? 0) : 0) + 1;
        rows[name] = { wrong, last: clock().getTime() };
      }),
    forgive: (name) =>
      table.change((rows) => {
        delete rows[name];
      }),
  };
}
