import { isMainThread, Worker } from "node:worker_threads";
import { MAX } from "./mutate.ts";
import { type Order, type Told, work } from "./worker.ts";

export interface FuzzOptions {
  seed: number;
  /** Inputs; may be infinite. */
  count: number;
  /** Seconds; may be infinite. */
  seconds: number;
  onFinding: (finding: Finding) => void;
  onProgress: (line: string) => void;
}

export interface Finding {
  what: string;
  target: string;
  seedName: string;
  index: number;
  input: Uint8Array;
}

export interface FuzzResult {
  inputs: number;
  findings: number;
  /** Octets of memory after garbage collection that the second half of the run had more than the first, at their lowest. */
  growth: number;
}

/** Milliseconds of computing for one input; above it is a hang. */
const SLOW = 1000;
/** Milliseconds without an end after which a worker is given up. */
const STUCK = 15_000;
/** Octets of growth that are no leak: caches, compiled code. */
export const ALLOWED_GROWTH = 32 * 1024 * 1024;

if (!isMainThread) await work();

/** Feeds mutated inputs to everything that reads strangers' octets, in a worker that is watched from here. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const end = performance.now() + options.seconds * 1000;
  const memory: number[] = [];
  let findings = 0;
  let next = 0;
  while (next < options.count && performance.now() < end) {
    next = await oneWorker(next);
  }
  return { inputs: Math.min(next, options.count), findings, growth: growthOf(memory) };

  function oneWorker(from: number): Promise<number> {
    const shared = new SharedArrayBuffer(8 + MAX);
    const head = new Int32Array(shared, 0, 2);
    const order: Order = { seed: options.seed, from, until: Number.isFinite(options.count) ? options.count : Number.MAX_SAFE_INTEGER, shared, slow: SLOW };
    const worker = new Worker(new URL(import.meta.url), { workerData: order });
    return new Promise((resolve, reject) => {
      let ready = false;
      let last = -1;
      let since = performance.now();
      const finish = (index: number): void => {
        clearInterval(watch);
        void worker.terminate();
        resolve(index);
      };
      const found = (finding: Finding): void => {
        findings++;
        options.onFinding(finding);
      };
      const watch = setInterval(() => {
        const index = Atomics.load(head, 0);
        if (!ready || index !== last) {
          last = index;
          since = performance.now();
        } else if (performance.now() - since > STUCK) {
          const input = new Uint8Array(shared, 8, Atomics.load(head, 1)).slice();
          found({ what: "hang: no end", target: "", seedName: "", index, input });
          return finish(index + 1);
        }
        if (performance.now() >= end) finish(index + 1);
      }, 200);
      worker.on("message", (told: Told) => {
        switch (told.kind) {
          case "ready":
            ready = true;
            if (from === 0) for (const { name, seeds } of told.targets) options.onProgress(`${name}: ${seeds} seeds`);
            break;
          case "finding":
            found(told);
            break;
          case "memory":
            memory.push(told.octets);
            options.onProgress(`${told.index} inputs, ${Math.round(told.octets / 1024 / 1024)} MB`);
            break;
          case "done":
            finish(told.index);
        }
      });
      worker.on("error", (error) => {
        clearInterval(watch);
        reject(error);
      });
    });
  }
}

/** Compares the lowest of the first half with the lowest of the second; too few looks tell nothing. */
function growthOf(memory: number[]): number {
  // The first look still sees the engine warming up.
  const looks = memory.slice(1);
  if (looks.length < 4) return 0;
  const half = Math.floor(looks.length / 2);
  return Math.max(0, Math.min(...looks.slice(half)) - Math.min(...looks.slice(0, half)));
}
