import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** Which rooms a room may import, and nothing else: the one direction of imports (docs/decisions/0001-rooms.md). */
const rooms: Record<string, string[]> = {
  base: [],
  protocol: ["base"],
  policy: ["base", "protocol"],
  mime: ["base", "protocol"],
  store: ["base", "protocol"],
  pki: ["base", "protocol", "policy", "mime"],
  cms: ["base", "protocol", "policy", "mime", "pki"],
  keys: ["base", "protocol", "policy", "mime", "pki"],
  directory: ["base", "protocol", "policy", "mime", "pki"],
  smime: ["base", "protocol", "policy", "mime", "pki", "cms", "keys", "directory"],
  retrieve: ["base", "protocol", "pki"],
  webmail: ["base", "protocol"],
  content: ["base", "protocol", "webmail"],
  ui: ["base", "protocol", "policy", "store"],
  worker: ["base", "protocol", "policy", "mime", "pki", "cms", "smime"],
  background: ["base", "protocol", "policy", "mime", "store", "pki", "cms", "keys", "directory", "smime"],
  cli: ["base", "protocol", "policy", "mime", "pki", "cms", "keys", "directory", "smime", "retrieve"],
  "native-host": ["base", "protocol", "pki", "retrieve"],
};

/** Rooms that run in Node. */
const inNode = ["cli", "retrieve", "native-host"];

/** Rooms that alone may import a package; a package that is not listed may be imported by no room. */
const packages: Record<string, string[]> = {
  "@noble/ciphers": ["base"],
  "@noble/hashes": ["base"],
  idb: ["store"],
  ldapts: ["retrieve"],
  // Types alone: what it compiles lies beside the host and is loaded when cards are asked for.
  pkcs11js: ["native-host"],
  preact: ["ui"],
  dompurify: ["ui"],
  "squire-rte": ["ui"],
  "webextension-polyfill": ["background", "content", "ui", "policy"],
};

const root = resolve(import.meta.dirname, "../../src");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(path: string): string[] {
  return ts.preProcessFile(readFileSync(path, "utf8"), true, true).importedFiles.map((file) => file.fileName);
}

function violations(path: string): string[] {
  const room = relative(root, path).split("/")[0] as string;
  const allowed = rooms[room];
  if (!allowed) return [`${relative(root, path)} lies in a room that is not listed`];
  return importsOf(path).flatMap((target) => {
    if (target.startsWith(".")) {
      const other = relative(root, resolve(dirname(path), target)).split("/")[0] as string;
      return other === room || allowed.includes(other) ? [] : [`${relative(root, path)} imports ${other}`];
    }
    if (target.startsWith("node:")) return inNode.includes(room) ? [] : [`${relative(root, path)} imports ${target}`];
    const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] as string);
    return packages[name]?.includes(room) ? [] : [`${relative(root, path)} imports ${name}`];
  });
}

describe("imports run one way", () => {
  it("finds the rooms' sources", () => {
    expect(sources(root).length).toBeGreaterThan(10);
  });

  it.each(sources(root).map((path) => [relative(root, path), path]))("%s", (_name, path) => {
    expect(violations(path)).toEqual([]);
  });
});
