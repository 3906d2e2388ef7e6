import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** What Linux says of a process (proc_pid_status(5)), in octets. */
export interface ProcessMemory {
  /** VmRSS: what lies in memory now. */
  now: number;
  /** VmHWM: the most since the process began, or since `forgetPeak`. */
  peak: number;
}

/** Reads a process's memory. Throws `Error` where there is no `/proc`, and for a process that has ended. */
export function readMemory(pid: number | "self"): ProcessMemory {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const octets = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
  return { now: octets("VmRSS"), peak: octets("VmHWM") };
}

/** Lets the peak begin anew (proc_pid_clear_refs(5)); where that is not allowed, it stays the one since the process began. */
export function forgetPeak(pid: number | "self"): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // A process may guard itself against other users' eyes: the peak is then too high rather than too low.
  }
}

/** The processes that were started, at any remove, by one whose command line names that folder, and that one itself. */
export function processesOf(folder: string): number[] {
  const parents = new Map<number, number>();
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The second field may hold anything in parentheses; the parent follows the state behind it (proc_pid_stat(5)).
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, "latin1").split(") ").at(-1)?.split(" ")[1]));
      if (readFileSync(`/proc/${name}/cmdline`, "utf8").includes(folder)) found.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  for (let i = 0; i < found.length; i++) for (const [pid, parent] of parents) if (parent === found[i] && !found.includes(pid)) found.push(pid);
  return found;
}

/** Notes what processes have now; the answer tells later by how much the one that grew most has grown at its peak. */
export function watchGrowth(pids: readonly number[]): () => number {
  const before = pids.map((pid) => ({ pid, ...readMemory(pid) }));
  for (const { pid } of before) forgetPeak(pid);
  return () => Math.max(...before.map(({ pid, now }) => growth(pid, now)));
}

function growth(pid: number, before: number): number {
  try {
    return readMemory(pid).peak - before;
  } catch {
    return 0;
  }
}
