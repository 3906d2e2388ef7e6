import { describe, expect, it } from "vitest";
import { haveCorpora } from "../support/corpora.ts";
import { type Row, rowOf } from "./case.ts";
import { collections } from "./collections.ts";
import { type Filled, markdown } from "./markdown.ts";

const filled: Filled[] = [];

describe.skipIf(!haveCorpora)("conformance of path validation (CE-02, CE-04, AD-04)", () => {
  it.each(collections.map((collection) => [collection.title, collection] as const))("%s", async (_title, { title, how, cases }) => {
    const rows: Row[] = [];
    for (const one of cases()) rows.push(await rowOf(one));
    filled.push({ title, how, rows });
    expect(rows.length).toBeGreaterThan(100);
    // A case that was run and left no trace would be a hole in the table.
    expect(new Set(rows.map(({ group, name }) => `${group} ${name}`)).size).toBe(rows.length);
    expect(rows.filter(({ result }) => result === "failed")).toEqual([]);
  });

  it("is the one of the documentation", async () => {
    await expect(markdown(filled)).toMatchFileSnapshot("../../../docs/conformance.md");
  });
});
