import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Names the packages among esbuild's inputs, scoped ones with their scope. */
function packageNames(inputs) {
  const names = new Set();
  for (const input of inputs) {
    const inside = input.split("node_modules/").at(-1);
    if (inside === input) continue;
    const [first, second] = inside.split("/");
    names.add(first.startsWith("@") ? `${first}/${second}` : first);
  }
  return [...names].sort();
}

/**
 * Joins the licence texts of every package that went into a bundle, with its version.
 * Throws if a package brings no licence text, because then it may not be shipped.
 */
export async function licences(root, inputs) {
  const texts = [];
  for (const name of packageNames(inputs)) {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    if (!file) throw new Error(`${name} brings no licence text`);
    texts.push(`${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`);
  }
  return texts.join(`\n${"-".repeat(72)}\n\n`);
}
