import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The order of code units, which no language setting changes. */
export const byName = ({ path: a }, { path: b }) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Every file of a folder, sorted by name, so that the order in which a disk lists them does not count.
 * @param {string} folder
 * @returns {{path: string, bytes: Uint8Array}[]} paths within the folder, with `/`
 */
export function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(folder.length + 1).replaceAll("\\", "/"), bytes: new Uint8Array(readFileSync(path)) }))
    .sort(byName);
}

/** The files with the JSON of one of them changed. */
export function withJson(files, path, change) {
  return files.map((file) => (file.path === path ? { path, bytes: text(`${JSON.stringify(change(JSON.parse(Buffer.from(file.bytes).toString("utf8"))), null, 2)}\n`) } : file));
}

/** @param {string} words @returns {Uint8Array} */
export const text = (words) => new Uint8Array(Buffer.from(words, "utf8"));
