import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.mjs";

/** The lab's modules are plain already, and find their folder by where they lie: they are imported from there. */
const labStaysWhereItIs = {
  name: "lab",
  setup({ onResolve }) {
    onResolve({ filter: /\/lab\/[\w-]+\.mjs$/ }, ({ path, resolveDir }) => ({ path: pathToFileURL(resolve(resolveDir, path)).href, external: true }));
  },
};

/**
 * Compiles a module of the tests for this Node, and imports it. Packages must have been installed.
 * @param {string} entry path in the checkout
 */
export async function loadTest(entry) {
  const { build } = await import("esbuild");
  // Inside node_modules, so that packages are found from there whatever `.lab` is a link to.
  const outfile = join(root, "node_modules/.cache/mailseal", basename(entry).replace(/\.ts$/, ".mjs"));
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    plugins: [labStaysWhereItIs],
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
