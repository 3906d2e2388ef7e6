/**
 * Feeds mutated messages, CMS objects, certificates and texts to the engine: `npm run fuzz -- --count 1000000`,
 * `-- --seconds 120`, `-- --seed 7`. Says every crash (anything but an error of ours), every input that took over a second,
 * every text shown as verified that nobody signed, and growing memory; keeps such inputs in `.lab/fuzz`. Ends with 1 if
 * there was one. An input is a function of the seed and its number alone.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadTest } from "./lib/load-test.mjs";
import { prepare } from "./lib/prepare.mjs";
import { root } from "./lib/run.mjs";

const { values } = parseArgs({ options: { count: { type: "string" }, seconds: { type: "string" }, seed: { type: "string", default: "1" } } });
const number = (text, otherwise) => (text === undefined ? otherwise : Number(text));
const seconds = number(values.seconds, values.count === undefined ? 60 : Infinity);
const count = number(values.count, Infinity);
const seed = Number(values.seed);
if ([seconds, count, seed].some(Number.isNaN)) {
  console.error("--count, --seconds and --seed are numbers");
  process.exit(2);
}

await prepare();
process.chdir(root);
const { fuzz, ALLOWED_GROWTH } = await loadTest("test/fuzz/fuzz.ts");

const folder = join(root, ".lab/fuzz");
mkdirSync(folder, { recursive: true });
const kept = new Set();

const begin = performance.now();
const { inputs, findings, growth } = await fuzz({
  seed,
  count,
  seconds,
  onProgress: (line) => console.log(line),
  onFinding: ({ what, target, seedName, index, input }) => {
    const name = createHash("sha256").update(input).digest("hex").slice(0, 16);
    // One of each kind is enough to read.
    const kind = `${target} ${what.split("\n").slice(0, 2).join(" ").replace(/\d+ ms/, "")}`;
    if (kept.has(kind)) return;
    kept.add(kind);
    writeFileSync(join(folder, name), input);
    console.error(`✘ ${target}, input ${index} of seed ${seed} (from ${seedName}), kept as .lab/fuzz/${name}\n  ${what}`);
  },
});
const grows = growth > ALLOWED_GROWTH;
if (grows) console.error(`✘ memory grew by ${Math.round(growth / 1024 / 1024)} MB`);
console.log(`${inputs} inputs in ${((performance.now() - begin) / 1000).toFixed(0)} s, seed ${seed}: ${findings} findings`);
process.exit(findings > 0 || grows ? 1 : 0);
