import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemDisk } from "../../../../src/cli/host/disk.ts";

const folder = mkdtempSync(join(tmpdir(), "mailseal-disk-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === "win32")("files of the native host", () => {
  it("are written through no link that somebody laid there", () => {
    const theirs = join(folder, "theirs");
    const path = join(folder, "mailseal-host");
    writeFileSync(theirs, "theirs", { mode: 0o600 });
    symlinkSync(theirs, path);
    symlinkSync(theirs, `${path}.${process.pid}`);
    systemDisk.write(path, "ours", true);
    expect([readFileSync(theirs, "utf8"), statSync(theirs).mode & 0o777]).toEqual(["theirs", 0o600]);
    expect([readFileSync(path, "utf8"), lstatSync(path).isSymbolicLink(), statSync(path).mode & 0o777]).toEqual(["ours", false, 0o755]);
  });
});
