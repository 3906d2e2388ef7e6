/**
 * Builds the extension, brings up the lab, walks through the main job in a real browser and stays up.
 * `--once` ends after the walk-through, with status 1 if a step did not show what it must; `--firefox` walks in Firefox;
 * `--skin larry` in Roundcube's older skin; `--pictures` takes its screenshots over into the user guide.
 */
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { node } from "./lib/run.mjs";
import { loadWalkThrough } from "./lib/walk-through.mjs";
import { describeLab } from "./lib/describe-lab.mjs";
import { guidePictures } from "./lib/guide-pictures.mjs";
import { startLab } from "../test/lab/lab.mjs";

function options() {
  try {
    return parseArgs({ options: { once: { type: "boolean" }, firefox: { type: "boolean" }, pictures: { type: "boolean" }, skin: { type: "string", default: "elastic" } } }).values;
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const { once = false, firefox = false, pictures = false, skin } = options();
if (skin !== "elastic" && skin !== "larry") {
  console.error("--skin is elastic or larry");
  process.exit(2);
}

let lab = null;
let ending = null;

/** Takes everything down; what does not go within ten seconds is left to the reaper, which ends it when we are gone. */
function end(status) {
  ending ??= Promise.race([lab?.stop(), new Promise((resolve) => setTimeout(resolve, 10_000))]).finally(() => process.exit(status));
  return ending;
}

process.on("SIGINT", () => void end(130));
process.on("SIGTERM", () => void end(143));
process.on("SIGHUP", () => void end(129));

/** What a browser says that was ended in the middle of something is of no interest any more. */
function crashed(error) {
  if (!ending) console.error(error);
  void end(1);
}
process.on("uncaughtException", crashed);
process.on("unhandledRejection", crashed);

await prepare();

console.log("Building dist/chrome and dist/firefox");
const built = await node("scripts/build.mjs", [], { quiet: true });
if (built.code !== 0) {
  console.error(built.output);
  process.exit(1);
}

const began = performance.now();
lab = await startLab({ name: "start", larry: true });
console.log(`Lab up in ${((performance.now() - began) / 1000).toFixed(1)} s: ${lab.web}`);

const { walkThrough } = await loadWalkThrough();
let failed = 0;
const screenshots = [];
const onBegin = ({ number, title }) => console.log(`\nStep ${number}: ${title}`);
for await (const step of walkThrough({ lab, browser: firefox ? "firefox" : "chromium", skin }, onBegin)) {
  if (ending) break;
  if (step.seconds !== undefined) console.log(`  done in ${step.seconds.toFixed(1)} s`);
  for (const line of step.evidence) console.log(`  ✔ ${line}`);
  if (step.skipped) console.log(`  – skipped: ${step.skipped}`);
  if (step.error) {
    failed += 1;
    console.log(`  ✘ ${step.error}`);
  }
  for (const path of step.screenshots) console.log(`  screenshot: ${path}`);
  screenshots.push(...step.screenshots);
}
if (ending) await ending;
console.log(failed === 0 ? "\nThe walk-through showed what it must." : `\n${failed} step(s) of the walk-through failed.`);

if (pictures) for (const line of guidePictures(screenshots)) console.log(line);
if (once) await end(failed === 0 ? 0 : 1);
else console.log(describeLab(lab));
