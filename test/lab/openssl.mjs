import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs OpenSSL and returns what it wrote; rejects with its complaint when it fails.
 * @param {string[]} args
 * @param {{input?: Uint8Array, cwd?: string}} [options]
 * @returns {Promise<{stdout: Buffer, stderr: string}>}
 */
export async function openssl(args, { input, cwd } = {}) {
  const promise = run("openssl", args, { cwd, encoding: "buffer", maxBuffer: 512 * 1024 * 1024 });
  promise.child.stdin?.on("error", () => {});
  promise.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await promise;
    return { stdout, stderr: stderr.toString("utf8") };
  } catch (error) {
    throw new Error(`openssl ${args[0]}: ${String(error.stderr ?? error.message).trim()}`, { cause: error });
  }
}
