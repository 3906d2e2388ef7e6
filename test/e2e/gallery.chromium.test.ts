import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("gallery of states", () => {
  it.each(["light", "dark"])("draws every state of every page, and axe finds no violation in any: %s", async (variant) => {
    const { code, stdout } = await promisify(execFile)(process.execPath, ["scripts/gallery.mjs", `--only=${variant}`], { cwd: root, timeout: 300_000 }).then(
      (done) => ({ code: 0, stdout: done.stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    const [, pictures, findings] = /^(\d+) pictures in dist\/gallery, (\d+) findings$/m.exec(stdout) ?? [];
    expect(code === 0 ? "" : stdout).toBe("");
    expect(Number(findings)).toBe(0);
    expect(Number(pictures)).toBeGreaterThan(50);
  }, 310_000);
});
