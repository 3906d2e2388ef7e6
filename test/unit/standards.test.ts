import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const requirements = resolve(root, "../shared/smime-requirements.md");
const SECTIONS = ["RD", "SG", "UI", "HP", "FR", "HS", "CO", "AL", "CP", "CE", "AD", "RV", "PC", "ES", "OL"];

interface Row {
  id: string;
  level: string;
  heldBy: string;
}

/** Rows of a table whose first two cells are an identifier and a level. */
function rowsOf(text: string): Row[] {
  return text.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    return /^[A-Z]{2}-\d{2}$/.test(cells[1] ?? "") ? [{ id: cells[1] as string, level: cells[2] ?? "", heldBy: cells.at(-2) ?? "" }] : [];
  });
}

const document = readFileSync(join(root, "docs/standards.md"), "utf8");
const rows = rowsOf(document);

/** Tests that a row names: a file, and a piece of the test's title. */
function testsOf({ heldBy }: Row): { file: string; title: string }[] {
  return [...heldBy.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)].map(([, file, title]) => ({ file: file as string, title: title as string }));
}

describe("docs/standards.md", () => {
  it("has each row once", () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it.each(rows.map((row) => [row.id, row] as const))("%s names tests that are there and name it, or says why there is none", (id, row) => {
    const tests = testsOf(row);
    if (tests.length === 0) return expect(row.heldBy).toMatch(/^not yet: .{20}/);
    for (const { file, title } of tests) {
      expect(title).toContain(id);
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(readFileSync(join(root, file), "utf8"), `${file} has no "${title}"`).toContain(title);
    }
  });

  it("names no test that is not there, in whatever table", () => {
    const named = [...document.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(([, file, title]) => !existsSync(join(root, file as string)) || !readFileSync(join(root, file as string), "utf8").includes(title as string)).map(([whole]) => whole)).toEqual([]);
  });

  it.skipIf(!existsSync(requirements))("has every row of the requirements, at its level", () => {
    const wanted = rowsOf(readFileSync(requirements, "utf8")).filter(({ id }) => SECTIONS.includes(id.slice(0, 2)));
    expect(wanted.length).toBeGreaterThan(60);
    expect(rows.map(({ id, level }) => `${id} ${level}`)).toEqual(wanted.map(({ id, level }) => `${id} ${level}`));
  });
});
