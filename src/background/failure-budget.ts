import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import type { SessionTable } from "./session-table.ts";

/** Failures within the hour after which an origin's mail opens only by a click in a window of ours. */
export const FAILURES_PER_HOUR = 5;

const HOUR = 3_600_000;

/** Messages of an origin that were charged: when, by the frame's document. */
export interface Charges {
  /** Milliseconds since the epoch, by the name of the charged frame. */
  at: Record<string, number>;
}

/**
 * Counts, for each origin, messages for which a private key was used and that nobody reported as opened.
 * A page can feed altered copies of stolen mail and remove the frame before it says anything, so every message counts
 * as failed from its first private operation until our own frame reports that it opened.
 */
export interface FailureBudget {
  /** Charges a frame's message once. Throws `keys.failure-budget` when the origin has none left. */
  charge(origin: string, frame: string): Promise<void>;
  refund(origin: string, frame: string): Promise<void>;
  /** Origins that have none left now. */
  usedUp(): Promise<string[]>;
  /** Called for a click in a window of ours. */
  reset(origin: string): Promise<void>;
}

export function failureBudget(table: SessionTable<Charges>, clock: Clock): FailureBudget {
  const living = (rows: Record<string, Charges>, origin: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries((Object.hasOwn(rows, origin) ? rows[origin]?.at : null) ?? {}).filter(([, when]) => when > clock().getTime() - HOUR),
    );

  return {
    charge: (origin, frame) =>
      table.change((rows) => {
        const at = living(rows, origin);
        if (Object.hasOwn(at, frame)) return;
        if (Object.keys(at).length >= FAILURES_PER_HOUR) throw new SmimeError("keys.failure-budget");
        rows[origin] = { at: { ...at, [frame]: clock().getTime() } };
      }),
    refund: (origin, frame) =>
      table.change((rows) => {
        const at = Object.hasOwn(rows, origin) ? rows[origin]?.at : undefined;
        if (at) delete at[frame];
      }),
    usedUp: async () => {
      const rows = await table.read();
      return Object.keys(rows).filter((origin) => Object.keys(living(rows, origin)).length >= FAILURES_PER_HOUR);
    },
    reset: (origin) =>
      table.change((rows) => {
        delete rows[origin];
      }),
  };
}
