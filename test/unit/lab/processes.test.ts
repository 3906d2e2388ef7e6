import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createProcesses } from "../../lab/processes.mjs";

describe("a program of the lab", () => {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-processes-"));
  const log = join(folder, "log");
  const processes = createProcesses();
  afterEach(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is logged as long as a child of it speaks, also after its own end", async () => {
    const { exited } = processes.start("speaker", "/bin/sh", ["-c", "echo early; (read _ < /dev/null; sleep 0.3; echo late) & exit 0"], { log });
    await exited;
    await expect.poll(() => readFileSync(log, "utf8"), { timeout: 15_000 }).toBe("early\nlate\n");
  });
});
