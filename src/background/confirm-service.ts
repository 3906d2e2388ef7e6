import { SmimeError } from "../base/errors.ts";
import type { Confirmation } from "../protocol/shapes.ts";
import { unguessable } from "./tickets.ts";

/** More than this many at once is somebody's trial. */
const MAX_WAITING = 4;

interface Waiting {
  details: Confirmation;
  window: number | null;
  answer: (confirmed: boolean) => void;
}

/**
 * Asks a person in a window of ours (architecture §2, "Clicks can be stolen"). What is shown is text of the message: it is
 * held in memory alone, so a background that is ended meanwhile forgets it, and then nothing is sent.
 * @param open opens the window for an id and answers its tab
 */
export function confirmService(open: (id: string) => Promise<number | null>) {
  const waiting = new Map<string, Waiting>();

  function end(id: string, confirmed: boolean): void {
    waiting.get(id)?.answer(confirmed);
    waiting.delete(id);
  }

  return {
    /** Resolves with the person's answer; closing the window is a no. Throws `protocol.forbidden` if too many wait. */
    ask: async (details: Confirmation): Promise<boolean> => {
      if (waiting.size >= MAX_WAITING) throw new SmimeError("protocol.forbidden");
      const id = unguessable();
      const answered = new Promise<boolean>((answer) => waiting.set(id, { details, window: null, answer }));
      const window = await open(id).catch(() => null);
      const entry = waiting.get(id);
      if (window === null) end(id, false);
      else if (entry) entry.window = window;
      return answered;
    },
    details: (id: string): Confirmation | null => waiting.get(id)?.details ?? null,
    answer: end,
    tabClosed: (tab: number): void => {
      for (const [id, { window }] of waiting) if (window === tab) end(id, false);
    },
  };
}
