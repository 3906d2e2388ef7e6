import { type ContestName, contests } from "../contests.ts";
import { type Measure, rounds, type RoundsOptions } from "../rounds.ts";
import type { FromWorker, Outcome, ToWorker } from "./messages.ts";

/** Starts the worker of one side, and answers how its work is measured there. */
async function side(contest: ContestName, name: string): Promise<Measure> {
  const worker = new Worker("/worker.js");
  const ask = (message: ToWorker): Promise<number | null> =>
    new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(`${name}: ${event.message}`));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => ("failed" in data ? reject(new Error(`${name}: ${data.failed}`)) : resolve(data.milliseconds));
      worker.postMessage(message);
    });
  await ask({ contest, side: name });
  return async (times) => Number(await ask({ times }));
}

async function hold(contest: ContestName, options: RoundsOptions): Promise<Outcome> {
  try {
    const measures: Record<string, Measure> = {};
    for (const name of Object.keys(contests[contest])) measures[name] = await side(contest, name);
    return { times: await rounds(measures, options) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

const { contest, options } = JSON.parse(decodeURIComponent(location.hash.slice(1))) as { contest: ContestName; options: RoundsOptions };
void hold(contest, options).then((outcome) => fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) }));
