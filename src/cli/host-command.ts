import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SmimeError } from "../base/errors.ts";
import { HOST_NAME } from "../protocol/host-messages.ts";
import { systemDisk } from "./host/disk.ts";
import type { Parts } from "./host/files.ts";
import { carryOut, chosenPlaces, type Installation, installSteps, said, uninstallSteps } from "./host/install.ts";
import { type HostBrowser, hostBrowsers, type Machine, placeOf, type Scope } from "./host/places.ts";
import { greetHost, type HostState, stateAt } from "./host/status.ts";
import { readOptions } from "./options.ts";
import { harmless } from "./paint.ts";
import { meaning } from "./report.ts";
import { UsageError } from "./usage-error.ts";

/** `mailseal host install|uninstall|status`: tells browsers where the native host is. */
export async function hostCommand(args: string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    browser: { type: "string", multiple: true, default: [] },
    machine: { type: "boolean", default: false },
    "user-data-dir": { type: "string" },
    "dry-run": { type: "boolean", default: false },
  });
  const [task, ...more] = positionals;
  if (more.length > 0 || task === undefined || !["install", "uninstall", "status"].includes(task)) throw new UsageError("host takes one of install, uninstall, status");
  const named = values.browser.map(browserOf);
  const userDataDir = values["user-data-dir"] === undefined ? null : resolve(values["user-data-dir"]);
  if (userDataDir !== null && (values.machine || named.length !== 1 || named[0] === "firefox")) throw new UsageError("--user-data-dir goes with one --browser that is chrome, chromium or edge, and without --machine");
  if (task === "status" && values["dry-run"]) throw new UsageError("status changes nothing, so it takes no --dry-run");
  const machine = thisMachine();
  const scope: Scope = { machine: values.machine, userDataDir };
  if (task === "status") return status(named, machine, scope);
  const installation: Installation = { machine, scope, parts: partsOf(task === "uninstall") };
  const places = task === "install" || named.length > 0 ? chosenPlaces(named, installation, systemDisk) : hostBrowsers.map((browser) => placeOf(browser, HOST_NAME, machine, scope));
  const steps = (task === "install" ? installSteps : uninstallSteps)(places, installation, systemDisk);
  if (!values["dry-run"]) carryOut(steps, systemDisk);
  const lines = steps.map((step) => harmless(said(step, values["dry-run"]), "many"));
  process.stdout.write(`${(lines.length > 0 ? lines : ["nothing to do"]).join("\n")}\n`);
  return 0;
}

function browserOf(name: string): HostBrowser {
  const found = hostBrowsers.find((browser) => browser === name);
  if (found === undefined) throw new UsageError(`there is no browser "${name}"; known are ${hostBrowsers.join(", ")}`);
  return found;
}

function thisMachine(): Machine {
  const { platform } = process;
  // Other systems with a Unix of their own lay things out as Linux does.
  return { platform: platform === "win32" || platform === "darwin" ? platform : "linux", home: homedir(), environment: process.env };
}

/** The built host lies beside the command line. Removing it needs to know only the names of its files. Throws `host.program`. */
function partsOf(removing: boolean): Parts {
  const read = (name: string): string => {
    try {
      return readFileSync(fileURLToPath(new URL(`../host/${name}`, import.meta.url)), "utf8");
    } catch (error) {
      throw new SmimeError("host.program", { cause: error });
    }
  };
  return removing ? { program: "", licences: "", addon: null, node: process.execPath } : { program: read("mailseal-host.mjs"), licences: read("licenses.txt"), addon: addonOf(), node: process.execPath };
}

/** Beside the built host, or as npm installed and compiled it for this machine. */
function addonOf(): string | null {
  const beside = fileURLToPath(new URL("../host/pkcs11.node", import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    return createRequire(import.meta.url).resolve("pkcs11js/build/Release/pkcs11.node");
  } catch {
    return null;
  }
}

async function status(named: HostBrowser[], machine: Machine, scope: Scope): Promise<number> {
  const places = (named.length > 0 ? named : hostBrowsers).map((browser) => placeOf(browser, HOST_NAME, machine, scope));
  const states = await Promise.all(places.map((place) => stateAt(place, systemDisk, greetHost)));
  const width = Math.max(...places.map(({ browser }) => browser.length));
  places.forEach(({ browser, manifest }, i) => process.stdout.write(`${browser.padEnd(width)}  ${words(states[i] as HostState)}  ${harmless(manifest)}\n`));
  const installed = states.filter(({ state }) => state !== "not-installed");
  return installed.length > 0 && installed.every(({ state }) => state === "ready") ? 0 : 1;
}

function words(state: HostState): string {
  switch (state.state) {
    case "not-installed":
      return "not installed";
    case "not-ours":
      return `host.not-ours: ${meaning("host.not-ours")}`;
    case "no-program":
      return `host.program: ${meaning("host.program")}`;
    case "broken":
      return `${state.code}: ${meaning(state.code)}`;
    case "ready":
      return `ready, version ${state.version}`;
  }
}
