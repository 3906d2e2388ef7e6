import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.mjs";

/** Compiles the walk-through, which the tests use too, for this Node. Packages must have been installed. */
export async function loadWalkThrough() {
  const { build } = await import("esbuild");
  // Inside node_modules, so that packages are found from there whatever `.lab` is a link to.
  const outfile = join(root, "node_modules/.cache/mailseal/walk-through.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/e2e/walk-through/walk-through.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
