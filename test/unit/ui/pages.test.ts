import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../../../extension");
const pages = readdirSync(folder).filter((name) => name.endsWith(".html"));

describe("our own pages", () => {
  it.each(pages)("%s sends no referrer and looks no name up ahead of a click (UI-10)", (name) => {
    const { 1: head = "" } = /<head>(.*)<\/head>/s.exec(readFileSync(join(folder, name), "utf8")) ?? [];
    expect(head).toContain('<meta name="referrer" content="no-referrer">');
    // Firefox resolves the hosts of links, of a quoted text in the editor too, unless the document forbids it.
    expect(head).toContain('<meta http-equiv="x-dns-prefetch-control" content="off">');
  });
});
