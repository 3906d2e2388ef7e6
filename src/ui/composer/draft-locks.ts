/** What is used of the browser's locks. */
export type Locks = Pick<LockManager, "request">;

/** The drafts that a composer has for itself. */
export interface DraftLocks {
  /** Claims a draft until `release`; false if another composer has it. @param patience milliseconds to wait for that one to let go */
  hold: (draft: string, patience?: number) => Promise<boolean>;
  /** Lets go of all of them for good: nothing is written here any more, while this frame may stay, emptied. */
  release: () => void;
}

export const lockOf = (draft: string): string => `mailseal-draft ${draft}`;

/** Two tabs must not write the same draft: a lock of the browser ends with its frame at the latest. */
export function draftLocks(locks: Locks): DraftLocks {
  /** How each that this frame has is let go of: one that could not be opened before its key was unlocked is asked for again. */
  const held = new Map<string, () => void>();
  let released = false;
  return {
    hold: (draft, patience = 0) => {
      if (released) return Promise.resolve(false);
      if (held.has(draft)) return Promise.resolve(true);
      return new Promise((resolve) => {
        locks
          .request(lockOf(draft), patience === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(patience) }, (lock) => {
            const has = lock !== null && !released;
            resolve(has);
            return has ? new Promise<void>((done) => held.set(draft, done)) : undefined;
          })
          .catch(() => resolve(false));
      });
    },
    release: () => {
      released = true;
      for (const done of held.values()) done();
      held.clear();
    },
  };
}
