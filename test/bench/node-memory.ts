import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { ContestName } from "./contests.ts";
import type { GivenInputs } from "./inputs.ts";

const BUNDLE = "node_modules/.cache/mailseal/memory-child.mjs";

/** Otherwise glibc keeps freed buffers of up to 32 MB (mallopt(3)), and what was needed before would hide what is needed now. */
const GIVE_BACK = { MALLOC_MMAP_THRESHOLD_: "131072" };

/** Lets a process of its own do one side's work once; answers by how many octets it grew at most meanwhile. */
export async function growthInNode(contest: ContestName, side: string, inputs: { small: GivenInputs; large: GivenInputs }, within: string): Promise<number> {
  await build({ entryPoints: ["test/bench/memory-child.ts"], outfile: BUNDLE, bundle: true, platform: "node", format: "esm", target: "node20.19", packages: "external", logLevel: "warning" });
  const folder = mkdtempSync(join(within, "memory-"));
  try {
    for (const [size, given] of Object.entries(inputs)) {
      mkdirSync(join(folder, size));
      for (const [name, bytes] of Object.entries(given)) writeFileSync(join(folder, size, name), bytes);
    }
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", BUNDLE, contest, side, folder], { env: { ...process.env, ...GIVE_BACK } });
    return (JSON.parse(stdout) as { grown: number }).grown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
