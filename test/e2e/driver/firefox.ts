import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bidi, connectBidi } from "./bidi.ts";
import { type Driver, type LaunchOptions, type Match, matches, type Page, TIMEOUT } from "./driver.ts";
import { type Context, FirefoxPage, inChrome } from "./firefox-page.ts";
import { killHard } from "./kill-hard.ts";
import { poll, waitForFile } from "./wait.ts";

const EXECUTABLES = [process.env["MAILSEAL_FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** Firefox draws a UUID for each extension; a fixed one makes addresses of our pages known before the start. */
const UUID = "12345678-1234-4234-8234-123456789abc";

function preferences(options: LaunchOptions, gecko: string | null, downloads: string): Record<string, string | number | boolean> {
  return {
    // Nobody answers prompts here; where a policy installs the extension, none is to come.
    ...(options.installed === undefined ? { "extensions.webextOptionalPermissionPrompts": false } : {}),
    ...(gecko ? { "extensions.webextensions.uuids": JSON.stringify({ [gecko]: UUID }) } : {}),
    "browser.download.dir": downloads,
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": true,
    "browser.download.alwaysOpenPanel": false,
    "browser.download.always_ask_before_handling_new_types": false,
    "browser.helperApps.deleteTempFileOnExit": true,
    ...(options.outsidePort === null
      ? { "network.proxy.type": 0 }
      : {
          "network.proxy.type": 1,
          "network.proxy.http": "127.0.0.1",
          "network.proxy.http_port": options.outsidePort,
          "network.proxy.ssl": "127.0.0.1",
          "network.proxy.ssl_port": options.outsidePort,
        }),
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "app.normandy.enabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "browser.shell.checkDefaultBrowser": false,
    "intl.accept_languages": "en-US, en",
    "intl.locale.requested": "en-US",
  };
}

function geckoId(extension: string): string {
  const manifest = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8")) as { browser_specific_settings?: { gecko?: { id?: string } } };
  const id = manifest.browser_specific_settings?.gecko?.id;
  if (!id) throw new Error("the extension's manifest names no gecko id");
  return id;
}

/** Starts headless Firefox with the extension loaded. */
export async function launchFirefox(options: LaunchOptions): Promise<Driver> {
  const program = options.program ?? EXECUTABLES.find((path) => path !== undefined && existsSync(path));
  if (!program) throw new Error("Firefox was not found; MAILSEAL_FIREFOX may name its program");
  const profile = join(options.folder, "profile");
  const downloads = join(options.folder, "downloads");
  mkdirSync(profile, { recursive: true });
  mkdirSync(downloads, { recursive: true });
  options.processes.removeAtEnd(profile);
  const gecko = options.extension === null ? (options.installed ?? null) : geckoId(options.extension);
  const lines = Object.entries(preferences(options, gecko, downloads)).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const child = spawn(program, [
    "--headless", "--no-remote", "--profile", profile, "--width", "1280", "--height", "900", "--remote-debugging-port", "0",
    // Without it WebDriver refuses every page of an extension.
    "--remote-allow-system-access",
  ], { detached: true, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...options.processes.environment, HOME: options.folder, MOZ_CRASHREPORTER_DISABLE: "1" } });
  const endGroup = child.pid ? options.processes.track(child.pid) : () => Promise.resolve();
  try {
    let output = "";
    child.stderr.on("data", (data) => (output += String(data)));
    const url = await poll(() => Promise.resolve(/WebDriver BiDi listening on (ws:\S+)/.exec(output)?.[1]), "Firefox's start", 60_000);
    const bidi = await connectBidi(`${url}/session`);
    return await firefoxDriver(bidi, options, { profile, downloads, endGroup, gecko, child });
  } catch (error) {
    await endGroup();
    throw error;
  }
}

interface Started {
  profile: string;
  downloads: string;
  endGroup: () => Promise<void>;
  gecko: string | null;
  child: ChildProcess;
}

async function firefoxDriver(bidi: Bidi, options: LaunchOptions, { profile, downloads, endGroup, gecko, child }: Started): Promise<Driver> {
  const messages: string[] = [];
  const { capabilities } = await bidi.send("session.new", { capabilities: { alwaysMatch: { unhandledPromptBehavior: { default: "accept" } } } });
  bidi.on("log.entryAdded", ({ level, text, source }) => {
    if (level === "error" || level === "warn") messages.push(`${(source as { context?: string }).context ?? "background"}: ${String(text)}`);
  });
  bidi.on("browsingContext.userPromptOpened", ({ message }) => messages.push(`dialog "${String(message)}" accepted`));
  await bidi.send("session.subscribe", { events: ["log.entryAdded", "browsingContext.userPromptOpened"] });
  if (options.extension !== null) await bidi.send("webExtension.install", { extensionData: { type: "path", path: options.extension } });

  const tops = async (): Promise<Context[]> => (await bidi.send("browsingContext.getTree", { maxDepth: 0 }))["contexts"] as Context[];
  const pages = async (): Promise<Page[]> => (await tops()).map(({ context }) => new FirefoxPage(bidi, context));

  return {
    name: "firefox",
    version: `Firefox ${(capabilities as { browserVersion: string }).browserVersion}`,
    extension: `moz-extension://${UUID}`,
    messages,
    profile,
    pages,
    open: async (url) => {
      const { context } = await bidi.send("browsingContext.create", { type: "tab" });
      const page = new FirefoxPage(bidi, context as string);
      await page.resize(1280, 900);
      await page.goto(url);
      return page;
    },
    waitForPage: (match: Match, timeout = TIMEOUT) =>
      poll(async () => {
        const found = (await tops()).find(({ url }) => matches(match, url));
        return found && new FirefoxPage(bidi, found.context);
      }, `page ${String(match)}`, timeout),
    // The preference above answers every prompt.
    allowOrigin: () => Promise.resolve(),
    waitForDownload: (name, timeout = TIMEOUT) => waitForFile(downloads, name, timeout),
    stopBackground: async () => {
      await inChrome(
        bidi,
        `async (id) => {
          const { ExtensionParent } = ChromeUtils.importESModule("resource://gre/modules/ExtensionParent.sys.mjs");
          await ExtensionParent.GlobalManager.getExtension(id).terminateBackground({ ignoreDevToolsAttached: true });
        }`,
        gecko ?? "",
      );
    },
    kill: async () => {
      killHard(child);
      bidi.close();
      await endGroup();
    },
    close: async () => {
      await Promise.race([bidi.send("browser.close"), new Promise((resolve) => setTimeout(resolve, 5000))]).catch(() => undefined);
      bidi.close();
      await endGroup();
    },
  };
}
