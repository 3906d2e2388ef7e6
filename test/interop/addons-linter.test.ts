import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = join(root, "node_modules/addons-linter/bin/addons-linter");
const built = join(root, "dist/firefox");

interface Finding {
  code: string;
  file?: string;
}

interface Report {
  metadata: { name?: string; manifestVersion: number };
  errors: Finding[];
  warnings: Finding[];
}

/** Runs Mozilla's linter on a folder. It ends with 1 if there are errors; its report says which. */
async function lint(folder: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--output", "json", folder], { maxBuffer: 1e8 }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout) as Report;
}

describe("Mozilla's add-on linter", () => {
  it("finds no error in dist/firefox, and no warning but that of kept packages which assign to innerHTML", async () => {
    const { metadata, errors, warnings } = await lint(built);
    expect(metadata.manifestVersion).toBe(3);
    expect(errors).toEqual([]);
    // Preact has one such place in every page's bundle, DOMPurify and the editor have theirs where mail is read and written;
    // what comes from a message was sanitised before. The background, the content script and the worker have none.
    const known = /^(?:certificates|composer|confirm|help|keys|options|popup|reader|secret|setup|unlock)\.js$/;
    expect(warnings.filter(({ code, file }) => code !== "UNSAFE_VAR_ASSIGNMENT" || !known.test(file ?? ""))).toEqual([]);
  });

  it("finds files that are not there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mailseal-lint-"));
    try {
      const manifest = JSON.parse(readFileSync(join(built, "manifest.json"), "utf8")) as object;
      writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, content_scripts: [{ js: ["absent.js"], matches: ["<all_urls>"] }] }));
      const { errors } = await lint(folder);
      expect(errors.map(({ code }) => code)).toContain("MANIFEST_CONTENT_SCRIPT_FILE_NOT_FOUND");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
