/**
 * Measures what `test/bench` knows to measure, and prints a table; `--json` prints JSON instead. Both are of the numbers
 * that are kept in `.lab/reports/bench.json`. Arguments choose: `npm run bench -- engine`, `-- reader`.
 * Ends with 1 if something could not be measured; a missed aim is written beside the number and is no failure.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { node, root } from "./lib/run.mjs";
import { loadTest } from "./lib/load-test.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false } } });
const say = values.json ? console.error : console.log;

await prepare();
say("Building");
const built = await node("scripts/build.mjs", [], { quiet: true });
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}

const { benches } = await loadTest("test/bench/bench.ts");
const unknown = positionals.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}

const machine = { cores: availableParallelism(), loadBefore: loadavg()[0] };
const rows = [];
const failures = [];
for (const [name, measure] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  say(`Measuring ${name}`);
  try {
    for await (const row of measure()) rows.push(row);
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
}
const report = { machine: { ...machine, loadAfter: loadavg()[0] }, rows, failures };
mkdirSync(join(root, ".lab/reports"), { recursive: true });
writeFileSync(join(root, ".lab/reports/bench.json"), `${JSON.stringify(report, null, 2)}\n`);

const number = (value, unit) => (unit === "ms" ? `${Math.round(value)} ms` : `${value.toFixed(1)} ×`);

/** One row of the table, and under it what it consists of. */
function lines({ name, where, value, unit, beside, aim, of, details = {} }) {
  const against = beside ? `${beside.name}: ${number(beside.value, unit)}; on top: ${number(value - beside.value, unit)}` : "";
  const verdict = aim ? `aim: at most ${aim.value} ${aim.what}, ${aim.met ? "met" : "MISSED"}` : "";
  const parts = Object.entries(details).map(([what, amount]) => `${what} ${Math.round(amount)}`);
  return [[name, where, number(value, unit), `median of ${of}`, against, verdict].filter(Boolean).join(" | "), `    ${parts.join(", ")}`];
}

if (values.json) console.log(JSON.stringify(report, null, 2));
else {
  for (const row of rows) for (const line of lines(row)) console.log(line);
  console.log(`${machine.cores} cores, load ${machine.loadBefore.toFixed(1)} before and ${report.machine.loadAfter.toFixed(1)} after. JSON: .lab/reports/bench.json`);
}
for (const failure of failures) console.error(`not measured: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);
