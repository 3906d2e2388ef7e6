import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = resolve(fileURLToPath(import.meta.url), "../../..");

/** Mail server and PHP run as www-data: every folder above theirs must let others through. */
function othersMayPass(folder) {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** `.lab` in the checkout, or a link there to a temporary folder when the checkout lies under a closed one. */
export function labHome() {
  const home = join(root, ".lab");
  if (lstatSync(home, { throwIfNoEntry: false })?.isSymbolicLink()) {
    if (existsSync(home)) return realpathSync(home);
    rmSync(home);
  }
  if (othersMayPass(root)) {
    mkdirSync(home, { recursive: true, mode: 0o755 });
    return home;
  }
  if (lstatSync(home, { throwIfNoEntry: false })?.isDirectory()) rmSync(home, { recursive: true, force: true });
  const checkout = createHash("sha256").update(root).digest("hex").slice(0, 8);
  const target = mkdtempSync(join(tmpdir(), `mailseal-lab-${checkout}-`));
  chmodSync(target, 0o755);
  try {
    symlinkSync(target, home);
  } catch (error) {
    // Another process of this checkout was quicker; its folder serves as well.
    rmSync(target, { recursive: true });
    if (error.code !== "EEXIST") throw error;
    return labHome();
  }
  return target;
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * An empty folder for one run. A folder whose lab still runs is left alone and the next free name is taken.
 * @param {string} name
 */
export function labFolder(name) {
  for (let n = 1; ; n++) {
    const folder = join(labHome(), n === 1 ? name : `${name}-${n}`);
    const claim = join(folder, "state.json");
    try {
      if (runs(JSON.parse(readFileSync(claim, "utf8")).pid)) continue;
    } catch {
      // No lab was here, or it was taken down.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(claim, JSON.stringify({ pid: process.pid }));
    return folder;
  }
}
