import type { Code } from "../../base/codes/index.ts";

/** After a keeping that failed, in milliseconds, the next is tried; after each further one twice as late, and no later than the last. */
const FIRST_AGAIN = 6000;
const LAST_AGAIN = 60_000;

/** How long nothing may be kept before the author is told, in milliseconds: shorter, it is a moment of a busy disk. */
export const TELL_AFTER = 15_000;

/** How keeping a draft fares: when it is tried again, and when its author has to know. */
export interface KeepTrying {
  /** A keeping begins; one that does not end is told as one that failed. */
  begun: () => void;
  failed: (code: Code) => void;
  /** Everything is kept, or there is nothing to keep. */
  kept: () => void;
  /** How long the next try has to wait, in milliseconds; 0 where the last one succeeded. */
  wait: () => number;
}

/** @param tell what has kept everything from being kept for a while; null once something is kept again */
export function keepTrying(tell: (why: Code | null) => void): KeepTrying {
  let failures = 0;
  let why: Code = "store.no-answer";
  let told = false;
  let teller: ReturnType<typeof setTimeout> | null = null;
  return {
    begun: () => {
      teller ??= setTimeout(() => {
        told = true;
        tell(why);
      }, TELL_AFTER);
    },
    failed: (code) => {
      failures++;
      why = code;
      if (told) tell(code);
    },
    kept: () => {
      if (teller !== null) clearTimeout(teller);
      teller = null;
      failures = 0;
      why = "store.no-answer";
      if (told) tell(null);
      told = false;
    },
    wait: () => (failures === 0 ? 0 : Math.min(FIRST_AGAIN * 2 ** (failures - 1), LAST_AGAIN)),
  };
}
