import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../lab/folder.mjs";
import type { BrowserName } from "../driver/launch.ts";

/** The built extension; in Chromium nobody can answer the browser's own prompt for a test, so there the permission for the host comes with it. */
export function extensionWithHost(browser: BrowserName, folder: string): string {
  if (browser === "firefox") return join(root, "dist/firefox");
  const extension = join(folder, "extension");
  cpSync(join(root, "dist/chrome"), extension, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8")) as { permissions: string[]; optional_permissions: string[] };
  writeFileSync(join(extension, "manifest.json"), JSON.stringify({ ...manifest, permissions: [...manifest.permissions, "nativeMessaging"], optional_permissions: manifest.optional_permissions.filter((each) => each !== "nativeMessaging") }));
  return extension;
}

/** Installs the host for the browser whose profile lies in this folder, as its user would. */
export function installHost(browser: BrowserName, folder: string): void {
  const place = browser === "chromium" ? ["--user-data-dir", join(folder, "profile")] : [];
  execFileSync(process.execPath, [join(root, "dist/cli/mailseal.mjs"), "host", "install", "--browser", browser, ...place], { env: { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, "data"), XDG_CONFIG_HOME: join(folder, "config") } });
}
