import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../lab/folder.mjs";
import { startOutside } from "../lab/outside.mjs";
import { createProcesses } from "../lab/processes.mjs";
import type { Driver, Page } from "./driver/driver.ts";
import { type BrowserName, launch } from "./driver/launch.ts";

const test = (name: string): string => `[data-test="${name}"]`;
const state = (name: string): string => `${test("host")}[data-state="${name}"]`;

/** A real browser starts the host that `mailseal host install` registered in its profile, and in no other. */
describe.each<BrowserName>(["chromium", "firefox"])("the native host in %s", (name) => {
  const processes = createProcesses();
  let folder: string;
  let driver: Driver;
  let options: Page;
  let outside: Awaited<ReturnType<typeof startOutside>>;

  const host = (...args: string[]): string =>
    execFileSync(process.execPath, [join(root, "dist/cli/mailseal.mjs"), "host", ...args, "--browser", name, ...(name === "chromium" ? ["--user-data-dir", join(folder, "profile")] : [])], {
      encoding: "utf8",
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, "data"), XDG_CONFIG_HOME: join(folder, "config") },
    });

  /** In Chromium nobody can answer the browser's own prompt for a test, so there the permission is one that comes with the extension. */
  function extensionWithPermission(): string {
    const built = join(root, "dist", name === "chromium" ? "chrome" : "firefox");
    if (name === "firefox") return built;
    const copy = join(folder, "extension");
    cpSync(built, copy, { recursive: true });
    const path = join(copy, "manifest.json");
    const manifest = JSON.parse(readFileSync(path, "utf8")) as { permissions: string[]; optional_permissions: string[] };
    writeFileSync(path, JSON.stringify({ ...manifest, permissions: [...manifest.permissions, "nativeMessaging"], optional_permissions: manifest.optional_permissions.filter((each) => each !== "nativeMessaging") }));
    return copy;
  }

  async function start(extension: string): Promise<void> {
    driver = await launch(name, { extension, folder, outsidePort: outside.port, processes });
    options = await driver.open(`${driver.extension}/options.html`);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mailseal-host-"));
    mkdirSync(join(folder, "profile"), { recursive: true });
    outside = await startOutside({ port: 0 });
  });
  afterAll(async () => {
    await driver?.close();
    await processes.stopAll();
    await outside?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it("is not asked for before the person allows it", async () => {
    await start(join(root, "dist", name === "chromium" ? "chrome" : "firefox"));
    await options.waitFor(state("permission"));
    expect(await options.exists(test("host-allow"))).toBe(true);
    if (name === "firefox") return;
    await driver.close();
    await start(extensionWithPermission());
  });

  it("is said to be missing where nobody installed it, with what to run", async () => {
    if (name === "firefox") await options.click(test("host-allow"));
    await options.waitFor(state("missing"));
    expect(await options.text(test("host"))).toContain("mailseal.mjs host install");
  });

  it("is ready after `mailseal host install`, without a new start of the browser", async () => {
    host("install");
    expect(host("status")).toMatch(/ready, version \d/);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    // Nobody tries again at once what has just failed.
    await expect.poll(async () => {
      if (await options.exists(test("host-look"))) await options.click(test("host-look"));
      return options.exists(state("ready"));
    }, { timeout: 20_000 }).toBe(true);
    expect(await options.text(test("host"))).toContain(version);
  });

  it("is missing again after `mailseal host uninstall`", async () => {
    host("uninstall");
    await driver.close();
    await start(extensionWithPermission());
    await options.waitFor(`${state("permission")}, ${state("missing")}`);
    if (await options.exists(state("permission"))) await options.click(test("host-allow"));
    await options.waitFor(state("missing"));
  });
});
