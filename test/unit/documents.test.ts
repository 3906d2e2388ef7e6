import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md")).map((name) => join("docs", name)),
];

/** A heading's anchor as the usual viewers make it: lower case, without punctuation, hyphens for spaces. */
const anchor = (heading: string): string => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");

const anchorsOf = (path: string): string[] => [...readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading as string));

/** Links of a page that lead nowhere. */
function broken(page: string): string[] {
  const links = [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string).filter((link) => !/^[a-z]+:/.test(link));
  return links.filter((link) => {
    const [path = "", place] = link.split("#");
    const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
    return !existsSync(target) || (place !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(place));
  });
}

describe("the documents", () => {
  it.each(pages)("%s links to what is there", (page) => expect(broken(page)).toEqual([]));
});
