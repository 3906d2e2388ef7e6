import { contests } from "../contests.ts";
import type { Inputs } from "../inputs.ts";
import { type Measure, measureHere } from "../rounds.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

// One worker for each side, as the product has one for each frame: what a side leaves behind slows nobody else.
const scope = self as unknown as { postMessage(message: FromWorker): void; onmessage: ((event: MessageEvent<ToWorker>) => void) | null };

const inputsIn = (folder: string): Inputs => async (name) => {
  const response = await fetch(`/inputs/${folder}${name}`);
  if (!response.ok) throw new Error(`there is no input ${name}`);
  return new Uint8Array(await response.arrayBuffer());
};

let measure: Measure | null = null;

async function answer(message: ToWorker): Promise<FromWorker> {
  try {
    if ("times" in message) return measure ? { milliseconds: await measure(message.times) } : { failed: "not ready" };
    const ready = contests[message.contest][message.side];
    if (!ready) return { failed: `no side ${message.side}` };
    measure = measureHere(await ready(inputsIn(message.folder)));
    return { milliseconds: null };
  } catch (error) {
    return { failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

scope.onmessage = ({ data }) => void answer(data).then((message) => scope.postMessage(message));
