/**
 * Runs every test: types, lint, build, unit, two minutes of fuzzing, interop, and end to end in Chromium and Firefox against the lab.
 * Arguments choose stages (`npm test -- unit e2e`); none means all. The last line is `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { countVitest, sentence, total } from "./lib/count.mjs";
import { prepare } from "./lib/prepare.mjs";
import { node, root } from "./lib/run.mjs";

const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/** A program whose success is one test. */
const tool = (script, args) => async () => {
  const { code, output, seconds } = await node(script, args, { quiet: true });
  if (code !== 0) console.log(output.trimEnd());
  return { ...one(code), seconds };
};

const vitest = (project) => async () => {
  const report = join(root, ".lab/reports", `${project}.json`);
  mkdirSync(join(root, ".lab/reports"), { recursive: true });
  rmSync(report, { force: true });
  const { code, seconds } = await node("node_modules/vitest/vitest.mjs", ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
  let parsed = null;
  try {
    parsed = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    console.log(`${project}: vitest wrote no report`);
  }
  return { ...countVitest(parsed, code), seconds };
};

const stages = {
  types: tool("node_modules/typescript/bin/tsc", ["--noEmit"]),
  lint: tool("node_modules/eslint/bin/eslint.js", ["."]),
  build: tool("scripts/build.mjs", []),
  unit: vitest("unit"),
  fuzz: tool("scripts/fuzz.mjs", ["--seconds", "120", "--seed", "1"]),
  interop: vitest("interop"),
  e2e: vitest("e2e"),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown.join(", ")}; there are ${Object.keys(stages).join(", ")}`);
  process.exit(2);
}

await prepare();

const wanted = (name) => chosen.length === 0 || chosen.includes(name);
// It keeps one core busy for a fixed time and says nothing until its end, so it runs beside the first stages.
const fuzzing = wanted("fuzz") ? stages.fuzz() : null;

const results = [];
for (const [name, stage] of Object.entries(stages)) {
  if (!wanted(name)) continue;
  console.log(`\n── ${name}`);
  const result = await (name === "fuzz" ? fuzzing : stage());
  results.push({ name, ...result });
  console.log(`${name}: ${sentence(result)} in ${result.seconds.toFixed(1)} s`);
}

console.log("\n── summary");
for (const result of results) console.log(`${result.failed > 0 ? "✘" : "✔"} ${result.name.padEnd(8)} ${sentence(result)} (${result.seconds.toFixed(1)} s)`);
const sum = total(results);
console.log(sentence(sum));
process.exitCode = sum.failed > 0 ? 1 : 0;
