import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab/lab.mjs";
import type { BrowserName } from "../driver/launch.ts";

/** Where each browser looks for what the administrator of a machine has decided, and where in that folder. */
const PLACES = {
  chromium: { folder: "/etc/chromium", file: "policies/managed/mailseal.json", program: process.env["MAILSEAL_CHROMIUM"] ?? "/usr/bin/chromium" },
  firefox: { folder: "/usr/lib/firefox-esr/distribution", file: "policies.json", program: process.env["MAILSEAL_FIREFOX"] ?? "/usr/bin/firefox-esr" },
} as const;

interface Manifest {
  key?: string;
  browser_specific_settings?: { gecko?: { id?: string } };
}

/** Chromium's id of an extension: the first 128 bits of its public key's digest, written with the letters a to p. */
const chromiumId = (key: string): string =>
  createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 32).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));

function policyFile(browser: BrowserName, manifest: Manifest, settings: object): object {
  return browser === "chromium"
    ? { "3rdparty": { extensions: { [chromiumId(manifest.key ?? "")]: settings } } }
    : { policies: { "3rdparty": { Extensions: { [manifest.browser_specific_settings?.gecko?.id ?? ""]: settings } } } };
}

export interface ManagedBrowser {
  /** The program that starts the browser with the settings. */
  program: string;
  /** The policy file. */
  file: string;
  /** Writes other settings into the policy file; Chromium notices while it runs, Firefox at its next start. */
  set(settings: object): void;
}

/**
 * Makes a program that starts the browser with managed settings for Mailseal.
 * @param environment more variables for the browser
 */
export function managedBrowser(lab: Lab, browser: BrowserName, settings: object, environment: Record<string, string> = {}): ManagedBrowser {
  const manifest = JSON.parse(readFileSync(join(lab.root, "manifest.json"), "utf8")) as Manifest;
  const { program, file } = browserUnderPolicy(lab, browser, policyFile(browser, manifest, settings), environment);
  return { program, file, set: (now) => writeFileSync(file, JSON.stringify(policyFile(browser, manifest, now), null, 2)) };
}

/**
 * Makes a program that starts the browser under a policy file with this content. Policy files hold for the whole machine, so the
 * browser gets a mount namespace of its own, in which a folder of the lab lies over the machine's: no other browser sees it,
 * and it is gone with the browser, however that ends.
 */
export function browserUnderPolicy(lab: Lab, browser: BrowserName, policy: object, environment: Record<string, string> = {}): { program: string; file: string } {
  const place = PLACES[browser];
  const folder = join(lab.folder, "policy", browser);
  cpSync(place.folder, folder, { recursive: true, dereference: true });
  const file = join(folder, place.file);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, JSON.stringify(policy, null, 2));
  const program = join(lab.folder, "policy", `${browser}.sh`);
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`).join("");
  writeFileSync(program, `#!/bin/sh\n${variables}exec unshare --mount --propagation private -- sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' '${folder}' '${place.folder}' '${place.program}' "$@"\n`);
  chmodSync(program, 0o755);
  return { program, file };
}
