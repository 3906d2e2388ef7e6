/**
 * Outlives the process that started the lab by a moment: when its standard input ends, however that process ended
 * (also by `kill -9`, which no handler sees), it stops what is left and removes temporary folders.
 * Lines it reads: `+PID` a process group was started, `-PID` it ended, `rm PATH` a folder to remove at the end.
 * Its argument is the mark that every process of the lab carries in its environment.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const mark = `MAILSEAL_LAB=${process.argv[2]}`;
const groups = new Set();
const folders = new Set();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

/** Processes that left their group (a daemon does) are known by the mark in their environment. */
function marked() {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(mark);
    } catch {
      return false;
    }
  }).map(Number);
}

function signalAll(signal) {
  let alive = 0;
  for (const target of [...[...groups].map((group) => -group), ...marked()]) {
    try {
      process.kill(target, signal);
      alive += 1;
    } catch {
      groups.delete(-target);
    }
  }
  return alive;
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line.startsWith("+")) groups.add(Number(line.slice(1)));
  else if (line.startsWith("-")) groups.delete(Number(line.slice(1)));
  else if (line.startsWith("rm ")) folders.add(line.slice(3));
}).on("close", async () => {
  let alive = signalAll("SIGTERM");
  for (let i = 0; alive > 0 && i < 20; i++) {
    await sleep(100);
    alive = signalAll(0);
  }
  signalAll("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(0);
});
