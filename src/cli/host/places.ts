import { posix, win32 } from "node:path";

export const hostBrowsers = ["chrome", "chromium", "edge", "firefox"] as const;
export type HostBrowser = (typeof hostBrowsers)[number];

/** What decides where things lie on a machine. */
export interface Machine {
  platform: "linux" | "darwin" | "win32";
  home: string;
  environment: Record<string, string | undefined>;
}

export interface Scope {
  /** For every user of the machine, or for this one. */
  machine: boolean;
  /** Of a browser of Chromium's family that was started with a folder of its own. */
  userDataDir: string | null;
}

/** Where a browser looks for the manifest of a host. */
export interface Place {
  browser: HostBrowser;
  manifest: string;
  /** Windows: the key whose default value is the manifest's path. */
  registry: string | null;
  /** A folder that is there if the browser was ever used by this person; null where that cannot be told. */
  used: string | null;
}

/** Folders of the browsers' own data and, for a whole machine, of hosts (the browsers' documentation of native messaging). */
const LINUX = {
  chrome: [".config/google-chrome", "/etc/opt/chrome/native-messaging-hosts"],
  chromium: [".config/chromium", "/etc/chromium/native-messaging-hosts"],
  edge: [".config/microsoft-edge", "/etc/opt/edge/native-messaging-hosts"],
  firefox: [".mozilla", "/usr/lib/mozilla/native-messaging-hosts"],
} as const;

const MAC = {
  chrome: ["Google/Chrome", "/Library/Google/Chrome/NativeMessagingHosts"],
  chromium: ["Chromium", "/Library/Application Support/Chromium/NativeMessagingHosts"],
  edge: ["Microsoft Edge", "/Library/Microsoft/Edge/NativeMessagingHosts"],
  firefox: ["Mozilla", "/Library/Application Support/Mozilla/NativeMessagingHosts"],
} as const;

const WINDOWS = {
  chrome: "Software\\Google\\Chrome\\NativeMessagingHosts",
  chromium: "Software\\Chromium\\NativeMessagingHosts",
  edge: "Software\\Microsoft\\Edge\\NativeMessagingHosts",
  firefox: "Software\\Mozilla\\NativeMessagingHosts",
} as const;

/** Where the program, its launcher and, on Windows, the manifests lie. */
export function programFolder({ platform, home, environment }: Machine, { machine }: Scope): string {
  switch (platform) {
    case "linux":
      return machine ? "/usr/local/lib/mailseal" : posix.join(environment["XDG_DATA_HOME"] ?? posix.join(home, ".local/share"), "mailseal");
    case "darwin":
      return posix.join(machine ? "/" : home, "Library/Application Support/Mailseal");
    case "win32":
      return machine ? win32.join(environment["ProgramFiles"] ?? "C:\\Program Files", "Mailseal") : win32.join(environment["LOCALAPPDATA"] ?? win32.join(home, "AppData\\Local"), "Mailseal");
  }
}

/** Where one browser finds a host of this name. */
export function placeOf(browser: HostBrowser, name: string, given: Machine, scope: Scope): Place {
  const { platform, home, environment } = given;
  const folder = browser === "firefox" && platform === "linux" ? "native-messaging-hosts" : "NativeMessagingHosts";
  const path = platform === "win32" ? win32 : posix;
  if (scope.userDataDir !== null) return { browser, manifest: path.join(scope.userDataDir, folder, `${name}.json`), registry: null, used: null };
  switch (platform) {
    case "linux": {
      const [own, machine] = LINUX[browser];
      const root = browser !== "firefox" && environment["XDG_CONFIG_HOME"] !== undefined ? posix.join(environment["XDG_CONFIG_HOME"], own.slice(".config/".length)) : posix.join(home, own);
      return scope.machine ? { browser, manifest: posix.join(machine, `${name}.json`), registry: null, used: null } : { browser, manifest: posix.join(root, folder, `${name}.json`), registry: null, used: root };
    }
    case "darwin": {
      const [own, machine] = MAC[browser];
      const root = posix.join(home, "Library/Application Support", own);
      return scope.machine ? { browser, manifest: posix.join(machine, `${name}.json`), registry: null, used: null } : { browser, manifest: posix.join(root, folder, `${name}.json`), registry: null, used: root };
    }
    case "win32":
      return {
        browser,
        manifest: win32.join(programFolder(given, scope), browser === "firefox" ? "firefox.json" : "chromium.json"),
        registry: `${scope.machine ? "HKLM" : "HKCU"}\\${WINDOWS[browser]}\\${name}`,
        used: null,
      };
  }
}
