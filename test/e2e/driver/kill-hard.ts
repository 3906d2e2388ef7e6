import type { ChildProcess } from "node:child_process";

/** Ends a browser's main process by SIGKILL; what it started notices by itself or is ended with its group. */
export function killHard(program: ChildProcess | null): void {
  if (!program?.kill("SIGKILL")) throw new Error("the browser does not run");
}
