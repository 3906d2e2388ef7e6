/** @typedef {import("./count.mjs").Count & {seconds: number, output?: string}} StageResult */

/**
 * Runs lanes side by side and the stages of each lane one after another. A stage that throws counts as one failure, and
 * its lane goes on. `onEnd` is called once for each stage, as a whole, so that what two stages print is never mixed.
 * @template {{name: string, run: () => Promise<StageResult>}} Stage
 * @param {Stage[][]} lanes
 * @param {(name: string, result: StageResult) => void} onEnd
 * @returns {Promise<Map<string, StageResult>>} by the stage's name
 */
export async function runLanes(lanes, onEnd) {
  /** @type {Map<string, StageResult>} */
  const results = new Map();
  await Promise.all(lanes.map(async (lane) => {
    for (const { name, run } of lane) {
      const begin = performance.now();
      const result = await run().catch((error) => ({ passed: 0, failed: 1, skipped: 0, seconds: (performance.now() - begin) / 1000, output: `${name} crashed: ${error?.stack ?? error}\n` }));
      results.set(name, result);
      onEnd(name, result);
    }
  }));
  return results;
}

/**
 * What of a plan is left when only some stages are wanted: lanes and rounds without any are left out.
 * @template T
 * @param {T[][][]} plan rounds, which follow each other, of lanes, which run side by side, of stages
 * @param {(stage: T) => boolean} wanted
 * @returns {T[][][]}
 */
export function planFor(plan, wanted) {
  return plan.map((lanes) => lanes.map((lane) => lane.filter(wanted)).filter((lane) => lane.length > 0)).filter((lanes) => lanes.length > 0);
}
