import { atMost } from "../base/at-most.ts";
import type { Clock } from "../base/clock.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { Directory, DirectoryAnswer } from "../protocol/directory.ts";
import type { KeptDirectoryAnswer } from "../store/directory-answers.ts";

/** Where answers are kept: the store, or a test's memory. */
export interface AnswerStore {
  get(directory: string, address: string): Promise<KeptDirectoryAnswer | undefined>;
  put(answers: readonly KeptDirectoryAnswer[]): Promise<void>;
}

const HOUR = 3_600_000;

/** How the names of copies begin. */
export const COPY = "copy ";

/** How long an answer counts, in milliseconds: somebody who has nothing today may have it soon. */
const FRESH = { found: 24 * HOUR, nothing: HOUR } as const;

/** How long an answer stands in for a directory that cannot be reached. What it holds is validated again before every use. */
const STANDS_IN = 30 * 24 * HOUR;

/** Whether an answer is of no use any more, and only tells whom somebody once wrote to; a copy of a directory is renewed as a whole. */
export function isOutlived({ directory, askedAt }: Pick<KeptDirectoryAnswer, "directory" | "askedAt">, now: Date): boolean {
  const time = Date.parse(askedAt);
  return !directory.startsWith(COPY) && !(now.getTime() - time <= STANDS_IN);
}

/**
 * How long a directory that failed is not asked again, in milliseconds. With a wrong password longer: servers lock names that
 * are tried too often.
 */
const PAUSE: Partial<Record<Code, number>> = { "directory.unreachable": 30_000, "directory.time": 30_000, "directory.login": 300_000 };

/** Addresses that one directory is asked about at the same time; it may gather them into fewer questions. */
const AT_ONCE = 100;

export interface CachedOptions {
  answers: AnswerStore;
  clock: Clock;
  /** Milliseconds for one question. */
  time: number;
  /** Under which a copy of the directory is kept, if there is one. */
  copy?: string;
}

/** A directory whose answers are kept for a while; the same address is asked about once, and never by more than a few at a time. */
export function cachedDirectory(directory: Directory, { answers, clock, time, copy }: CachedOptions): Directory {
  const asking = new Map<string, Promise<DirectoryAnswer>>();
  const gate = atMost(AT_ONCE);
  let paused: { until: number; code: Code } | null = null;

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    return gate(async () => {
      if (paused && clock().getTime() < paused.until) throw new SmimeError(paused.code);
      try {
        return await inTime(question(), time);
      } catch (error) {
        const code = codeOf(error);
        const pause = PAUSE[code];
        if (pause !== undefined) paused = { until: clock().getTime() + pause, code };
        throw error;
      }
    });
  }

  async function answer(address: string): Promise<DirectoryAnswer> {
    const kept = await answers.get(directory.id, address).catch(() => undefined);
    const age = kept ? clock().getTime() - Date.parse(kept.askedAt) : Number.POSITIVE_INFINITY;
    const nothing = kept !== undefined && kept.certificates.length === 0 && !kept.list;
    if (kept && age >= 0 && age < (nothing ? FRESH.nothing : FRESH.found)) return kept;
    try {
      const fresh = await ask(() => directory.lookUp(address));
      await answers.put([{ ...fresh, directory: directory.id, address, askedAt: clock().toISOString() }]).catch(() => undefined);
      return fresh;
    } catch (error) {
      // Nobody there is no answer to stand in with: the failure has to be told.
      if (kept && !nothing && age < STANDS_IN) return kept;
      const copied = copy === undefined ? undefined : await answers.get(copy, address).catch(() => undefined);
      if (copied) return copied;
      throw error;
    }
  }

  return {
    ...directory,
    search: (words) => ask(() => directory.search(words)),
    lookUp(asked) {
      const address = asked.toLowerCase();
      let answering = asking.get(address);
      if (!answering) {
        answering = answer(address).finally(() => asking.delete(address));
        asking.set(address, answering);
      }
      return answering;
    },
    // A list has a time limit of its own, and its members are found by many questions.
    expand: (address, budget) => directory.expand(address, budget),
  };
}

function inTime<T>(work: Promise<T>, time: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SmimeError("directory.time")), time);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
