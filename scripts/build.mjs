/**
 * Builds `dist/chrome`, `dist/firefox`, `dist/cli` and `dist/host` from `src`, `extension` and the one `manifest.json`.
 * Nothing in the output depends on the time or the machine, so that anybody can compare two builds.
 *
 * Packaging gives `--out FOLDER` instead of `dist`, `--version V`, and `--extension-id ID` for whom the host works in Chromium.
 */
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { importBuilt } from "./build/import-built.mjs";
import { licences } from "./build/licences.mjs";
import { manifestFor } from "./build/manifest.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const { values: given } = parseArgs({ options: { out: { type: "string", default: "dist" }, version: { type: "string" }, "extension-id": { type: "string" } } });
const version = given.version ?? JSON.parse(await readFile(join(root, "package.json"), "utf8")).version;

/** It runs in every document of a webmail, so it must stay small: octets after minifying. */
const CONTENT_SCRIPT_LIMIT = 40 * 1024;

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  // A readable program names its parts by their paths, which are then the checkout's own even where a folder is a link.
  preserveSymlinks: true,
  metafile: true,
  logLevel: "warning",
  define: { MAILSEAL_VERSION: JSON.stringify(version), MAILSEAL_EXTENSION_ID: JSON.stringify(given["extension-id"] ?? "") },
};

const browserTarget = { platform: "browser", target: ["chrome137", "firefox153"], jsx: "automatic", jsxImportSource: "preact" };

const page = (name) => ({ entry: `src/ui/${name}/main.tsx`, out: `${name}.js`, format: "esm" });

const bundles = [
  { entry: "src/background/main.ts", out: "background.js", format: "iife" },
  { entry: "src/content/main.ts", out: "content.js", format: "iife" },
  { entry: "src/worker/main.ts", out: "worker.js", format: "iife" },
  ...["reader", "composer", "setup", "popup", "options", "certificates", "confirm", "secret", "unlock", "help", "keys"].map(page),
];

const exists = (path) => stat(join(root, path)).then(() => true, () => false);

async function bundle({ entry, out, format }, folder, inputs) {
  if (!(await exists(entry))) {
    console.log(`skipped ${out}: there is no ${entry}`);
    return;
  }
  const result = await build({ ...common, ...browserTarget, entryPoints: [entry], outfile: join(folder, out), format });
  for (const input of Object.keys(result.metafile.inputs)) inputs.add(input);
}

/** Programs for Node: readable, because an administrator may want to see what runs outside the browser. */
async function buildProgram(entry, outfile, banner) {
  if (!(await exists(entry))) {
    console.log(`skipped ${outfile}: there is no ${entry}`);
    return;
  }
  const { metafile } = await build({
    ...common,
    minify: false,
    entryPoints: [entry],
    outfile,
    platform: "node",
    target: "node20.19",
    format: "esm",
    banner: { js: banner },
  });
  const inputs = new Set(Object.keys(metafile.inputs));
  await writeFile(join(dirname(outfile), "licenses.txt"), await licences(root, inputs));
}

/** The schema of managed settings, read from the one table that types and defaults come from too. */
async function managedSchema() {
  const { managedSchema: make } = await importBuilt({ ...common, entryPoints: ["src/policy/managed-schema.ts"], platform: "node", format: "esm" });
  return `${JSON.stringify(make(), null, 2)}\n`;
}

async function buildExtension() {
  const source = JSON.parse(await readFile(join(root, "manifest.json"), "utf8"));
  const chrome = resolve(root, given.out, "chrome");
  const firefox = resolve(root, given.out, "firefox");
  const inputs = new Set();
  for (const folder of [chrome, firefox]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  for (const each of bundles) await bundle(each, chrome, inputs);
  if (await exists("extension")) await cp(join(root, "extension"), chrome, { recursive: true });
  await writeFile(join(chrome, "licenses.txt"), await licences(root, inputs));
  await cp(chrome, firefox, { recursive: true });
  await writeFile(join(chrome, "managed-schema.json"), await managedSchema());
  for (const [browser, folder] of Object.entries({ chrome, firefox })) {
    await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifestFor(browser, source, version), null, 2)}\n`);
  }
  const content = await stat(join(chrome, "content.js")).catch(() => null);
  if (content && content.size > CONTENT_SCRIPT_LIMIT) {
    throw new Error(`content.js has ${content.size} octets; the limit is ${CONTENT_SCRIPT_LIMIT}`);
  }
  if (content) console.log(`content.js ${content.size} octets of ${CONTENT_SCRIPT_LIMIT}`);
}

/** What the host needs for cards is compiled by npm for this machine; where it could not be, the host does without. */
async function addCards() {
  const folder = resolve(root, given.out, "host");
  const addon = "node_modules/pkcs11js/build/Release/pkcs11.node";
  if (!(await exists(addon)) || !(await exists("src/native-host/main.ts"))) return;
  await cp(join(root, addon), join(folder, "pkcs11.node"));
  const both = [await readFile(join(folder, "licenses.txt"), "utf8"), await licences(root, ["node_modules/pkcs11js/index.js"])];
  await writeFile(join(folder, "licenses.txt"), both.join(`\n${"-".repeat(72)}\n\n`));
}

await buildExtension();
await buildProgram("src/cli/main.ts", resolve(root, given.out, "cli/mailseal.mjs"), "#!/usr/bin/env node");
await buildProgram("src/native-host/main.ts", resolve(root, given.out, "host/mailseal-host.mjs"), "// The native host of Mailseal.");
await addCards();
console.log(`built chrome, firefox, cli and host in ${given.out}`);
