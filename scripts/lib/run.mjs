import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout, with a slash at the end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a program in the checkout without standard input.
 * @param {string} command
 * @param {string[]} args
 * @param {{quiet?: boolean, env?: Record<string, string>}} [options] `quiet` keeps its output in the answer and off the screen
 * @returns {Promise<{code: number, output: string, seconds: number}>}
 */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const begin = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"] });
    let output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    const end = (code) => resolve({ code, output, seconds: (performance.now() - begin) / 1000 });
    child.on("error", (error) => {
      output += error.message;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** Runs a script or package program with the same Node. @param {string} script path in the checkout */
export const node = (script, args = [], options = {}) => run(process.execPath, [script, ...args], options);
