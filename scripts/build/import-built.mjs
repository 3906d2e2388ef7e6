import { build } from "esbuild";

/**
 * Builds a module and imports it from memory: another build of this checkout that runs at the same time meets no file of this one.
 * @param {import("esbuild").BuildOptions} options for an ES module whose packages are built in
 */
export async function importBuilt(options) {
  const { outputFiles } = await build({ ...options, write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
