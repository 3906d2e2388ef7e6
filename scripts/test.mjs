/**
 * Runs every test: types, lint, build, unit, two minutes of fuzzing, interop, and end to end in Chromium and Firefox against the lab.
 * Arguments choose stages (`npm test -- unit e2e`); none means all. The last line is `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { labHome } from "../test/lab/folder.mjs";
import { countVitest, sentence, total } from "./lib/count.mjs";
import { planFor, runLanes } from "./lib/lanes.mjs";
import { prepare } from "./lib/prepare.mjs";
import { node } from "./lib/run.mjs";

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/** A program whose success is one test; it is heard only when it fails. */
const tool = (script, args) => async () => {
  const { code, output, seconds } = await node(script, args, { quiet: true });
  return { ...one(code), seconds, output: code === 0 ? "" : output };
};

/** A stage of vitest; `projects` run one after another, and their tests are reported together. */
const vitest = (name, projects = [name]) => async ({ quiet }) => {
  const report = join(labHome(), "reports", `${name}.json`);
  mkdirSync(join(labHome(), "reports"), { recursive: true });
  rmSync(report, { force: true });
  const { code, output, seconds } = await node("node_modules/vitest/vitest.mjs", ["run", ...projects.flatMap((project) => ["--project", project]), "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], { quiet });
  let parsed = null;
  let complaint = "";
  try {
    parsed = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    complaint = `${name}: vitest wrote no report\n`;
  }
  return { ...countVitest(parsed, code), seconds, output: output + complaint };
};

/** In the order of the summary. */
const stages = {
  types: tool("node_modules/typescript/bin/tsc", ["--noEmit"]),
  lint: tool("node_modules/eslint/bin/eslint.js", ["."]),
  build: tool("scripts/build.mjs", []),
  unit: vitest("unit"),
  fuzz: tool("scripts/fuzz.mjs", ["--seconds", "120", "--seed", "1"]),
  interop: vitest("interop"),
  e2e: vitest("e2e", ["e2e", "e2e-alone"]),
};

/**
 * Rounds follow each other; the lanes of a round run side by side, one for each of the two cores that there are at least. What is
 * in a lane keeps one core busy: vitest takes one worker less than there are cores. The browsers of e2e have two lanes of their own
 * in vitest.config.ts, and nothing beside them, because what they wait for has to come in time.
 */
const plan = [[["build"]], [["unit", "fuzz"], ["interop", "lint", "types"]], [["e2e"]]];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown.join(", ")}; there are ${Object.keys(stages).join(", ")}`);
  process.exit(2);
}

await prepare();
// Before several stages may make it at once.
labHome();

const results = [];
for (const lanes of planFor(plan, (name) => chosen.length === 0 || chosen.includes(name))) {
  // What runs beside another says what it has to say at its end.
  const quiet = lanes.length > 1;
  if (quiet) console.log(`\n── side by side: ${lanes.map((lane) => lane.join(", ")).join(" | ")}`);
  const running = lanes.map((lane) => lane.map((name) => ({ name, run: () => {
    if (!quiet) console.log(`\n── ${name}`);
    return stages[name]({ quiet });
  } })));
  const ended = await runLanes(running, (name, result) => {
    if (quiet) console.log(`\n── ${name}`);
    if (result.output) console.log(result.output.trimEnd());
    console.log(`${name}: ${sentence(result)} in ${result.seconds.toFixed(1)} s`);
  });
  results.push(...ended);
}

console.log("\n── summary");
const order = Object.keys(stages);
for (const [name, result] of results.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))) console.log(`${result.failed > 0 ? "✘" : "✔"} ${name.padEnd(8)} ${sentence(result)} (${result.seconds.toFixed(1)} s)`);
const sum = total(results.map(([, result]) => result));
console.log(sentence(sum));
process.exitCode = sum.failed > 0 ? 1 : 0;
