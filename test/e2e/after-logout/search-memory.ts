import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { Secret } from "./search-profile.ts";

/** What one process of a browser holds. */
export interface MemoryFound {
  /** `extension` or `WebExtensions`: it runs what belongs to extensions; `browser`: the main process; otherwise the browser's word for it. */
  process: string;
  found: string[];
}

const PAGE = 4096;
const CHUNK = 4 * 1024 * 1024;

interface Running {
  pid: number;
  parent: number;
  command: string;
}

function running(): Running[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1]);
      return [{ pid: Number(pid), parent, command: readFileSync(`/proc/${pid}/cmdline`, "latin1").replace(/\0/g, " ") }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** The processes of the browser that runs with this profile. */
function processesOf(profile: string): Running[] {
  const all = running();
  const own = new Set(all.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid));
  for (let before = 0; before !== own.size; ) {
    before = own.size;
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
  }
  return all.filter(({ pid, command }) => own.has(pid) && /chrom|firefox/.test(command));
}

/** Chromium says on the command line what a process is for, Firefox in its name. */
function kindOf({ pid, command }: Running): string {
  if (/-contentproc/.test(command)) return readFileSync(`/proc/${pid}/comm`, "latin1").trim();
  return /--extension-process/.test(command) ? "extension" : (/--type=([\w-]+)/.exec(command)?.[1] ?? "browser");
}

/** Octets of a process that are in memory now, run by run, as they lie there. */
function* octetsOf(pid: number): Generator<Buffer> {
  const maps = readFileSync(`/proc/${pid}/maps`, "latin1").split("\n").filter((line) => / rw/.test(line));
  const [memory, pages] = [openSync(`/proc/${pid}/mem`, "r"), openSync(`/proc/${pid}/pagemap`, "r")];
  try {
    for (const line of maps) {
      const [from, to] = (line.split(" ")[0] as string).split("-").map((hex) => Number.parseInt(hex, 16)) as [number, number];
      for (let at = from; at < to; at += CHUNK) {
        const entries = Buffer.alloc((Math.min(CHUNK, to - at) / PAGE) * 8);
        readSync(pages, entries, 0, entries.length, (at / PAGE) * 8);
        // Present or swapped out; what was reserved and never written, terabytes of it, is neither.
        const used = Array.from({ length: entries.length / 8 }, (_, i) => ((entries[i * 8 + 7] as number) & 0xc0) !== 0);
        for (let first = used.indexOf(true); first >= 0; ) {
          const end = used.indexOf(false, first) < 0 ? used.length : used.indexOf(false, first);
          const run = Buffer.alloc((end - first) * PAGE);
          try {
            readSync(memory, run, 0, run.length, at + first * PAGE);
            yield run;
          } catch {
            // It was given back meanwhile.
          }
          first = used.indexOf(true, end);
        }
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
}

/** The forms that are looked for in memory: words in UTF-8 and UTF-16, numbers in both orders. Each further one costs a pass over a gigabyte. */
const inMemory = ({ forms }: Secret): Buffer[] => forms.slice(0, 2);

/** What each process of a running browser holds of the secrets; needs to be root, or the processes' parent where the system lets it. */
export function searchMemory(profile: string, secrets: readonly Secret[]): MemoryFound[] {
  return processesOf(profile).map((each) => {
    const { pid } = each;
    const found = new Set<string>();
    let process = "ended";
    try {
      process = kindOf(each);
      for (const bytes of octetsOf(pid)) for (const secret of secrets) if (!found.has(secret.name) && inMemory(secret).some((form) => bytes.includes(form))) found.add(secret.name);
    } catch {
      // It ended while it was read.
    }
    return { process, found: [...found] };
  });
}
