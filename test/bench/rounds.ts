/** Does one piece of work that many times, each time with a fresh input, and answers the milliseconds that all of them took. */
export type Measure = (times: number) => Promise<number>;

/** One piece of work: what it needs is made before the clock runs, and what it answers does the work. */
export type Work = () => (() => Promise<unknown>) | Promise<() => Promise<unknown>>;

export interface RoundsOptions {
  /** Rounds that count; one more comes before them and warms up. */
  count: number;
  /** Milliseconds that one side's turn takes at least: what is shorter is done several times. */
  atLeast?: number;
}

/** Above this many repetitions in a turn the inputs alone would fill the memory. */
const MOST = 1000;

/** Measures a piece of work in this thread. */
export function measureHere(work: Work): Measure {
  return async (times) => {
    const runs: (() => Promise<unknown>)[] = [];
    for (let i = 0; i < times; i++) runs.push(await work());
    // What others left behind is collected outside the measured time, where the platform lets us ask for it.
    (globalThis as { gc?: () => void }).gc?.();
    const begin = performance.now();
    for (const run of runs) await run();
    return performance.now() - begin;
  };
}

/**
 * Lets all sides do their work in turns, so that a busy machine slows all of them, and another one first in each round.
 * Answers each side's milliseconds for one piece of work, one number a round: numbers at the same place belong together.
 */
export async function rounds<Name extends string>(sides: Record<Name, Measure>, { count, atLeast = 200 }: RoundsOptions): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const times = {} as Record<Name, number[]>;
  const repetitions = {} as Record<Name, number>;
  for (const name of names) {
    times[name] = [];
    repetitions[name] = await calibrate(sides[name], atLeast);
  }
  for (let round = 0; round < count; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name;
      times[name].push((await sides[name](repetitions[name])) / repetitions[name]);
    }
  }
  return times;
}

/** Warms a side up, and finds out how often it does its work in one turn. */
async function calibrate(measure: Measure, atLeast: number): Promise<number> {
  let repetitions = 1;
  for (;;) {
    const taken = await measure(repetitions);
    if (taken >= atLeast || repetitions >= MOST) return repetitions;
    // The first time is slower than the others: it is asked again until a whole turn is long enough.
    repetitions = Math.min(MOST, Math.max(repetitions + 1, Math.ceil((repetitions * atLeast * 1.25) / Math.max(taken, 0.01))));
  }
}
