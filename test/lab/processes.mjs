import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";

/** True while a process of the group runs. */
function groupRuns(group) {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // The group has ended.
  }
}

async function stopGroup(group) {
  signalGroup(group, "SIGTERM");
  for (let i = 0; i < 60 && groupRuns(group); i++) await sleep(50);
  signalGroup(group, "SIGKILL");
  for (let i = 0; i < 20 && groupRuns(group); i++) await sleep(50);
}

/**
 * Keeps every process of the lab in a group of its own, and has a second process (`reaper.mjs`) that ends them all
 * when this one dies in whatever way.
 */
export function createProcesses() {
  const mark = randomUUID();
  const reaper = spawn(process.execPath, [fileURLToPath(new URL("reaper.mjs", import.meta.url)), mark], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  reaper.stdin.on("error", () => {});
  reaper.unref();
  reaper.stdin.unref?.();
  const tell = (line) => reaper.stdin.writable && reaper.stdin.write(`${line}\n`);
  const running = new Set();
  const folders = new Set();

  const forget = (group) => {
    if (running.delete(group)) tell(`-${group}`);
  };

  return {
    /** Environment that marks a process as the lab's own; `start` adds it by itself. */
    environment: { MAILSEAL_LAB: mark },

    /**
     * Starts a program as leader of a new group; its output goes to `log`, if given.
     * @param {string} name
     * @param {string} command
     * @param {string[]} args
     * @param {{env?: Record<string, string>, cwd?: string, log?: string, uid?: number, gid?: number}} [options]
     */
    start(name, command, args, { env = {}, cwd = "/", log, uid, gid } = {}) {
      const out = log ? createWriteStream(log, { flags: "a" }) : null;
      out?.on("error", () => {}); // a log whose folder has gone is lost, and nothing else
      const child = spawn(command, args, {
        cwd,
        env: { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", ...env, MAILSEAL_LAB: mark },
        detached: true,
        stdio: ["ignore", out ? "pipe" : "ignore", "pipe"],
        uid,
        gid,
      });
      let errors = "";
      child.stderr?.on("data", (data) => {
        errors = (errors + data).slice(-4000);
        out?.write(data);
      });
      if (out) child.stdout?.on("data", (data) => out.write(data));
      // "close", not "exit": what the program's own children still hold open may speak after it has ended.
      child.on("close", () => out?.end());
      const group = child.pid;
      if (group) {
        running.add(group);
        tell(`+${group}`);
      }
      const exited = new Promise((resolve) => {
        child.on("error", (error) => resolve(`${name}: ${error.message}`));
        child.on("exit", (code, signal) => {
          if (group && !groupRuns(group)) forget(group);
          resolve(`${name} ended (${code ?? signal})${errors ? `: ${errors.trim()}` : ""}`);
        });
      });
      return {
        pid: group,
        child,
        exited,
        stop: async () => {
          if (!group) return;
          await stopGroup(group);
          forget(group);
        },
      };
    },

    /** Takes over a process group that somebody else started (a browser). */
    track(group) {
      running.add(group);
      tell(`+${group}`);
      return async () => {
        await stopGroup(group);
        forget(group);
      };
    },

    /** Has a folder removed at the end, by the reaper if need be. */
    removeAtEnd(folder) {
      folders.add(folder);
      tell(`rm ${folder}`);
    },

    /** Ends everything; resolves when the reaper has looked for strays too. */
    async stopAll() {
      await Promise.all([...running].map(async (group) => {
        await stopGroup(group);
        forget(group);
      }));
      const gone = new Promise((resolve) => reaper.on("exit", resolve));
      reaper.ref();
      reaper.stdin.end();
      if (reaper.exitCode === null) await gone;
    },
  };
}

/** @typedef {ReturnType<typeof createProcesses>} Processes */

/**
 * Waits until `attempt` succeeds (does not throw); fails at once when the process it waits for ends.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {{exited?: Promise<string>, timeout?: number, what: string}} options
 */
export async function until(attempt, { exited, timeout = 15_000, what }) {
  const end = Date.now() + timeout;
  let ended = null;
  void exited?.then((reason) => (ended = reason));
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (ended) throw new Error(`${what}: ${ended}`, { cause: error });
      if (Date.now() > end) throw new Error(`${what}: not up after ${timeout} ms (${error.message})`, { cause: error });
    }
    await sleep(20);
  }
}
