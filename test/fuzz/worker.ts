import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { SmimeError } from "../../src/base/errors.ts";
import { MAX, mutate, randomFrom } from "./mutate.ts";
import { targets } from "./targets.ts";

/** What the main thread gives to begin with. */
export interface Order {
  seed: number;
  /** Number of the first input, so that a worker that hung is followed by one that goes on behind it. */
  from: number;
  until: number;
  /** [number of the input, its length, then its octets]: what is worked on, for the case that it never ends. */
  shared: SharedArrayBuffer;
  /** Milliseconds of computing that one input may take. */
  slow: number;
}

export type Told =
  | { kind: "ready"; targets: { name: string; seeds: number }[] }
  | { kind: "finding"; what: string; target: string; seedName: string; index: number; input: Uint8Array }
  | { kind: "memory"; octets: number; index: number }
  | { kind: "done"; index: number };

const HEADER = 8;
/** Inputs between two looks at the memory. */
const MEMORY_EVERY = 5000;

/** Works through inputs: every one is a function of the seed and its number alone. */
export async function work(): Promise<void> {
  const { seed, from, until, shared, slow } = workerData as Order;
  const tell = (told: Told): void => parentPort?.postMessage(told);
  const all = (await targets()).filter(({ seeds }) => seeds.length > 0);
  tell({ kind: "ready", targets: all.map(({ name, seeds }) => ({ name, seeds: seeds.length })) });
  const head = new Int32Array(shared, 0, 2);
  const octets = new Uint8Array(shared, HEADER, MAX);
  const collect = garbageCollector();
  for (let index = from; index < until; index++) {
    const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    const target = all[index % all.length] as (typeof all)[number];
    const pick = () => target.seeds[random(target.seeds.length)] as (typeof target.seeds)[number];
    const chosen = pick();
    const input = mutate(chosen.bytes, pick().bytes, random);
    octets.set(input);
    Atomics.store(head, 1, input.length);
    Atomics.store(head, 0, index);
    const finding = (what: string): void => tell({ kind: "finding", what, target: target.name, seedName: chosen.name, index, input });
    const before = process.cpuUsage();
    const begin = performance.now();
    try {
      await target.run(input);
    } catch (error) {
      if (!(error instanceof SmimeError)) finding(`crash: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    // Time that others took from the processor is not ours: both clocks must say so.
    const { user, system } = process.cpuUsage(before);
    const took = Math.min((user + system) / 1000, performance.now() - begin);
    if (took > slow) finding(`slow: ${Math.round(took)} ms`);
    if (index % MEMORY_EVERY === 0 && index > from) {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      tell({ kind: "memory", octets: heapUsed + external, index });
    }
    // Lets messages out, and asks for memory to be freed that only a turn of the event loop frees.
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  tell({ kind: "done", index: until });
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
