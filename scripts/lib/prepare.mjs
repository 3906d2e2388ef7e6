import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "../../test/lab/install.mjs";
import { root, run } from "./run.mjs";

const OLDEST = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(`Node ${OLDEST.join(".")} or later is needed; this is ${process.versions.node}.`);
  process.exit(2);
}

function packagesOf(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : null;
}

/** Where Node's headers are, beside Node, so that what npm compiles downloads none. */
function headers() {
  const place = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(place, "include/node/node.h")) ? { npm_config_nodedir: place } : {};
}

/**
 * True if `node_modules` is what the lock file says. npm's own note of what it installed is compared, not the time of
 * a file, which a checkout sets anew.
 */
function modulesMatch() {
  const locked = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  if (!installed) return false;
  // Of the optional ones npm leaves out what is for other machines; those that this package names itself are for every one.
  const own = Object.keys(locked[""].optionalDependencies ?? {}).map((name) => `node_modules/${name}`);
  return Object.entries(locked).every(([path, { version, optional, peer }]) => path === "" || (optional && !own.includes(path)) || peer || installed[path]?.version === version);
}

async function installModules() {
  if (modulesMatch()) return;
  console.log("Installing npm packages (npm ci)");
  // The browsers are the distribution's; puppeteer need not fetch its own.
  const { code } = await run("npm", ["ci", "--no-audit", "--no-fund"], { env: { PUPPETEER_SKIP_DOWNLOAD: "1", ...headers() } });
  if (code !== 0) {
    console.error("npm ci failed");
    process.exit(1);
  }
}

/** Brings a fresh checkout to where the rest may import packages: Node's version, the system's packages, npm's. */
export async function prepare() {
  checkNode();
  installPackages();
  await installModules();
}
