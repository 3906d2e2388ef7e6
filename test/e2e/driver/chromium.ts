import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import puppeteer, { type Browser, type CDPSession, type Page as PuppeteerPage, type Target, TargetType } from "puppeteer-core";
import { ChromiumPage } from "./chromium-page.ts";
import { type Driver, type LaunchOptions, type Match, matches, type Page, TIMEOUT } from "./driver.ts";
import { killHard } from "./kill-hard.ts";
import { poll, waitForFile } from "./wait.ts";

const EXECUTABLES = [process.env["MAILSEAL_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  // The sandbox refuses root, and the lab runs as root.
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=OptimizationHints,MediaRouter,Translate",
  "--lang=en-US",
];

/** Starts headless Chromium with the extension loaded. */
export async function launchChromium(options: LaunchOptions): Promise<Driver> {
  const executablePath = options.program ?? EXECUTABLES.find((path) => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error("Chromium was not found; MAILSEAL_CHROMIUM may name its program");
  const profile = join(options.folder, "profile");
  const downloads = join(options.folder, "downloads");
  mkdirSync(downloads, { recursive: true });
  options.processes.removeAtEnd(profile);
  const browser = await puppeteer.launch({
    executablePath,
    headless: true,
    pipe: true,
    // A command that a busy browser never answers is to fail while its test still runs.
    protocolTimeout: 30_000,
    enableExtensions: true,
    // What policies install is fetched by the background network.
    ignoreDefaultArgs: options.installed === undefined ? false : ["--disable-background-networking"],
    userDataDir: profile,
    args: [...FLAGS.filter((flag) => options.installed === undefined || flag !== "--disable-background-networking"), options.outsidePort === null ? "--no-proxy-server" : `--proxy-server=http://127.0.0.1:${options.outsidePort}`, "--window-size=1280,900"],
    defaultViewport: { width: 1280, height: 900 },
    downloadBehavior: { policy: "allow", downloadPath: downloads },
    env: { ...process.env, ...options.processes.environment },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const pid = browser.process()?.pid;
  const endGroup = pid ? options.processes.track(pid) : () => Promise.resolve();
  try {
    return await chromiumDriver(browser, options, { profile, downloads, endGroup });
  } catch (error) {
    await endGroup();
    throw error;
  }
}

interface Started {
  profile: string;
  downloads: string;
  endGroup: () => Promise<void>;
}

async function chromiumDriver(browser: Browser, options: LaunchOptions, { profile, downloads, endGroup }: Started): Promise<Driver> {
  const messages: string[] = [];
  const known = new WeakMap<PuppeteerPage, ChromiumPage>();
  const wrap = (page: PuppeteerPage): ChromiumPage => {
    let wrapped = known.get(page);
    if (!wrapped) {
      wrapped = new ChromiumPage(page, messages);
      known.set(page, wrapped);
    }
    return wrapped;
  };
  const listeners = new Map<Target, CDPSession>();
  browser.on("targetdestroyed", (target: Target) => void listeners.delete(target));
  browser.on("targetcreated", (target: Target) => {
    if (target.type() === TargetType.PAGE) void target.page().then((page) => page && wrap(page), () => undefined);
    if (target.type() === TargetType.SERVICE_WORKER) void listen(target, messages).then((session) => session && listeners.set(target, session));
  });

  const id = options.extension === null ? (options.installed ?? "") : await browser.installExtension(options.extension);
  const extension = `chrome-extension://${id}`;
  const background = () => browser.targets().find((target) => target.type() === TargetType.SERVICE_WORKER && target.url().startsWith(extension));
  const pages = async (): Promise<Page[]> => (await browser.pages()).map(wrap);

  return {
    name: "chromium",
    version: (await browser.version()).replace("Headless", "").replace("Chrome/", "Chromium "),
    extension,
    messages,
    profile,
    pages,
    open: async (url) => {
      const page = wrap(await browser.newPage());
      await page.goto(url);
      return page;
    },
    waitForPage: (match: Match, timeout = TIMEOUT) =>
      poll(async () => {
        for (const page of await pages()) if (matches(match, await page.url())) return page;
        return null;
      }, `page ${String(match)}`, timeout),
    allowOrigin: async (origin) => {
      const page = await browser.newPage();
      await page.goto("chrome://extensions");
      // The extensions page's own switch for a site: after it, permissions.request answers without a prompt.
      await page.evaluate(`chrome.developerPrivate.addHostPermission(${JSON.stringify(id)}, ${JSON.stringify(`${origin}/*`)})`);
      await page.close();
    },
    waitForDownload: (name, timeout = TIMEOUT) => waitForFile(downloads, name, timeout),
    stopBackground: async () => {
      const target = background();
      // A worker with a debugger attached is not ended.
      if (target) await listeners.get(target)?.detach();
      await (await target?.worker())?.close();
      await poll(() => Promise.resolve(background() === undefined), "the background's end", TIMEOUT);
    },
    kill: async () => {
      killHard(browser.process());
      await endGroup();
    },
    close: async () => {
      await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5000))]).catch(() => undefined);
      await endGroup();
    },
  };
}

async function listen(target: Target, messages: string[]): Promise<CDPSession | null> {
  try {
    const session = await target.createCDPSession();
    session.on("Runtime.exceptionThrown", (event) => {
      messages.push(`background: ${event.exceptionDetails.exception?.description ?? event.exceptionDetails.text}`);
    });
    session.on("Runtime.consoleAPICalled", (event) => {
      if (event.type === "error" || event.type === "warning") {
        messages.push(`background: ${event.args.map((arg) => String(arg.value ?? arg.description)).join(" ")}`);
      }
    });
    await session.send("Runtime.enable");
    return session;
  } catch {
    // The worker has ended meanwhile.
    return null;
  }
}
