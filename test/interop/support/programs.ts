import { spawnSync } from "node:child_process";

export interface Run {
  status: number;
  out: Buffer;
  err: string;
}

/** Runs another program to its end; never throws for its exit status. */
export function run(program: string, args: string[], options: { input?: Uint8Array | undefined; env?: Record<string, string>; cwd?: string } = {}): Run {
  const result = spawnSync(program, args, {
    input: options.input ?? new Uint8Array(0),
    env: { ...process.env, LC_ALL: "C", ...options.env },
    cwd: options.cwd,
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  return { status: result.status ?? -1, out: result.stdout ?? Buffer.alloc(0), err: String(result.stderr ?? "") + (result.error?.message ?? "") };
}

/** Runs a program that must succeed, and answers what it printed. */
export function must(program: string, args: string[], options: Parameters<typeof run>[2] = {}): Buffer {
  const result = run(program, args, options);
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${result.err}`);
  return result.out;
}

/** Tells whether a program is installed. */
export function has(program: string): boolean {
  return run("sh", ["-c", `command -v ${program}`]).status === 0;
}
