import type { Clock } from "../base/clock.ts";
import { SmimeError } from "../base/errors.ts";
import { unguessable } from "./tickets.ts";

/** How long a removal can be undone, in milliseconds: the ten seconds that the page offers it, and the way there. */
const LIFE = 12_000;

/**
 * What was removed and may still be wanted back: certificates and authorities, in memory alone. A background that is ended
 * meanwhile forgets them, and undoing then fails with a code. Private keys never come here: whoever removes a key wants it
 * gone from this computer, so a key goes at once, after a question, and nothing of it outlives its record.
 */
export function removals(clock: Clock) {
  const kept = new Map<string, { expires: number; restore: () => Promise<unknown> }>();
  return {
    /** Keeps the way back for a while; answers its name. */
    keep: (restore: () => Promise<unknown>): string => {
      const now = clock().getTime();
      for (const [name, { expires }] of kept) if (expires < now) kept.delete(name);
      const name = unguessable();
      kept.set(name, { expires: now + LIFE, restore });
      return name;
    },
    /** Goes the way back, once. Throws `store.not-found` if it is too late. */
    undo: async (name: string): Promise<void> => {
      const found = kept.get(name);
      kept.delete(name);
      if (!found || found.expires < clock().getTime()) throw new SmimeError("store.not-found");
      await found.restore();
    },
  };
}
