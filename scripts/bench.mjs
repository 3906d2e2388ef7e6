/**
 * Measures what `test/bench` knows to measure, and prints a table; `--json` prints JSON instead. Both are of the numbers
 * that are kept in `.lab/reports/bench.json`. Arguments choose: `npm run bench -- engine`, `-- reader`, and
 * `-- engine --size "25 MB" --where node`.
 * Ends with 1 if something could not be measured; a missed aim is written beside the number and is no failure.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { node, root } from "./lib/run.mjs";
import { loadTest } from "./lib/load-test.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, size: { type: "string", multiple: true, default: [] }, where: { type: "string", multiple: true, default: [] } },
});
const say = values.json ? console.error : console.log;

await prepare();
say("Building");
const built = await node("scripts/build.mjs", [], { quiet: true });
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}

process.chdir(root);
const { benches, sizeNames, table, VENUES } = await loadTest("test/bench/bench.ts");
const refuse = (what, names, known) => {
  if (names.length === 0) return;
  console.error(`no such ${what}: ${names.join(", ")}; there are ${known.join(", ")}`);
  process.exit(2);
};
refuse("measurement", positionals.filter((name) => !(name in benches)), Object.keys(benches));
refuse("size", values.size.filter((name) => !sizeNames.includes(name)), sizeNames);
refuse("place", values.where.filter((name) => !VENUES.includes(name)), VENUES);

const machine = { cores: availableParallelism(), loadBefore: loadavg()[0] };
const rows = [];
const failures = [];
for (const [name, measure] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  say(`Measuring ${name}`);
  try {
    for await (const row of measure({ sizes: values.size, venues: values.where })) rows.push(row);
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
  }
}
const report = { machine: { ...machine, loadAfter: loadavg()[0] }, rows, failures };
mkdirSync(join(root, ".lab/reports"), { recursive: true });
writeFileSync(join(root, ".lab/reports/bench.json"), `${JSON.stringify(report, null, 2)}\n`);

if (values.json) console.log(JSON.stringify(report, null, 2));
else {
  for (const line of table(rows)) console.log(line);
  console.log(`${machine.cores} cores, load ${machine.loadBefore.toFixed(1)} before and ${report.machine.loadAfter.toFixed(1)} after. JSON: .lab/reports/bench.json`);
}
for (const failure of failures) console.error(`not measured: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);
