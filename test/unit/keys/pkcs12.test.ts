import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPkcs12 } from "../../../src/keys/pkcs12.ts";

const corpus = join(import.meta.dirname, "../../../../shared/corpora/pkcs12");
const present = existsSync(corpus);
if (!present) console.log("skipped: PKCS#12 files of other programs, which are not here");

interface Expected {
  file: string;
  password: string | null;
  expected: string;
  contains?: { key: boolean; cert: boolean; extra?: number };
}

describe.skipIf(!present)("PKCS#12 files of other programs", () => {
  const files = present ? (JSON.parse(readFileSync(join(corpus, "expected.json"), "utf8")) as { files: Expected[] }).files : [];

  it("has files", () => {
    expect(files.length).toBeGreaterThan(70);
  });

  it.each(files.map((file) => [file.file, file] as const))("%s", async (name, { password, expected, contains }) => {
    const file = readFileSync(join(corpus, name));
    const read = (words: string) => readPkcs12(file, words).catch((error: Error) => error.message);
    const contents = await read(password ?? "");
    if (contains === undefined) {
      // Broken, or of a kind that only its own program reads, or under a password that nobody told.
      if (typeof contents === "string") {
        expect(contents).toMatch(/^keys\.pkcs12-(malformed|password|algorithm)$/);
        expect(expected).toMatch(/rejected|refuse|wrong password/);
      } else expect(expected).toMatch(/^opens/);
      return;
    }
    if (typeof contents === "string") throw new Error(contents);
    expect(contents.keys.length > 0).toBe(contains.key);
    if (contains.cert || (contains.extra ?? 0) > 0) expect(contents.certificates.length).toBeGreaterThanOrEqual((contains.cert ? 1 : 0) + (contains.extra ?? 0));
    expect(await read(`${password ?? ""}x`)).toBe("keys.pkcs12-password");
  });
});
