import { type ContestName, contests, OURS } from "../contests.ts";
import { type Measure, rounds, type RoundsOptions } from "../rounds.ts";
import type { FromWorker, Outcome, Task, ToWorker } from "./messages.ts";

/** Milliseconds in which a browser tidies up after loading. */
const REST = 3000;

type Ask = (message: ToWorker) => Promise<number | null>;

/** Starts the worker of one side. */
function start(name: string): Ask {
  const worker = new Worker("/worker.js");
  return (message) =>
    new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(`${name}: ${event.message}`));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => ("failed" in data ? reject(new Error(`${name}: ${data.failed}`)) : resolve(data.milliseconds));
      worker.postMessage(message);
    });
}

async function hold(contest: ContestName, options: RoundsOptions): Promise<Record<string, number[]>> {
  const measures: Record<string, Measure> = {};
  for (const side of Object.keys(contests[contest])) {
    const ask = start(side);
    await ask({ contest, side, folder: "" });
    measures[side] = async (times) => Number(await ask({ times }));
  }
  return rounds(measures, options);
}

/** Does our own work once with the small message and once with the large one, and says when the latter begins and ends. */
async function grow(contest: ContestName): Promise<Record<string, number[]>> {
  const ask = start(OURS);
  await ask({ contest, side: OURS, folder: "small/" });
  await ask({ times: 1 });
  await ask({ contest, side: OURS, folder: "large/" });
  await new Promise((done) => setTimeout(done, REST));
  await fetch("/begins", { method: "POST" });
  await ask({ times: 1 });
  await fetch("/ends", { method: "POST" });
  return {};
}

async function perform(task: Task): Promise<Outcome> {
  try {
    return { times: "grow" in task ? await grow(task.grow) : await hold(task.contest, task.options) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

void perform(JSON.parse(decodeURIComponent(location.hash.slice(1))) as Task).then((outcome) => fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) }));
