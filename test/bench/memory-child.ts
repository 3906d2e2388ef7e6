import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ContestName, contests } from "./contests.ts";
import type { Inputs } from "./inputs.ts";
import { watchGrowth } from "./process-memory.ts";

// A process of its own for one piece of work: prints by how many octets it grew at most while it did that.
const [contest, side, folder] = process.argv.slice(2) as [ContestName, string, string];

const inputs = (size: string): Inputs => (name) => Promise.resolve(new Uint8Array(readFileSync(join(folder, size, name))));

async function prepare(size: string): Promise<() => Promise<unknown>> {
  const ready = contests[contest][side];
  if (!ready) throw new Error(`no side ${side}`);
  return (await ready(inputs(size)))();
}

// A small message first: code is loaded and compiled before memory is looked at.
await (await prepare("small"))();
const run = await prepare("large");
const collect = (globalThis as { gc?: () => void }).gc;
// Buffers that a collection finds are given back by another thread.
for (let i = 0; i < 3; i++) {
  collect?.();
  await sleep(200);
}
const grown = watchGrowth([process.pid]);
const result = await run();
process.stdout.write(JSON.stringify({ grown: grown(), kept: result !== null }));
