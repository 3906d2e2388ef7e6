import { realpathSync, statSync } from "node:fs";
import { posix, win32 } from "node:path";
import { isModulePath } from "../../protocol/card-messages.ts";

/** What is asked of the disk; tests give their own. Throws what Node throws where there is nothing. */
export interface Disk {
  realpath(path: string): string;
  stat(path: string): { isFile(): boolean; isDirectory(): boolean; uid: number; mode: number };
}

export interface ModuleRules {
  platform: NodeJS.Platform;
  environment: Record<string, string | undefined>;
  /** Paths that the host's configuration names; with `only` nothing else is loaded. */
  listed: readonly string[];
  only: boolean;
  disk?: Disk;
}

const realDisk: Disk = { realpath: realpathSync, stat: statSync };

/**
 * Whether a library may be loaded. The extension says which ones are wanted, and whoever had taken it over could name any file,
 * one that he had made a person download too: a library runs with all that the person may do. So only those are loaded that
 * the host's configuration names, or that nobody but an administrator can have put there.
 */
export function judge(path: string, { platform, environment, listed, only, disk = realDisk }: ModuleRules): Judged {
  if (!isModulePath(path)) return { answer: "refused" };
  try {
    const file = disk.realpath(path);
    if (!disk.stat(file).isFile()) return { answer: "refused" };
    if (listed.includes(path)) return { answer: "yes", file };
    if (only) return { answer: "refused" };
    return (platform === "win32" ? isOfWindows(file, environment) : isOfRoot(file, disk)) ? { answer: "yes", file } : { answer: "refused" };
  } catch {
    return { answer: "missing" };
  }
}

/** `file` is what was looked at, links followed, and what is to be loaded: a link may lead elsewhere by then. */
export type Judged = { answer: "yes"; file: string } | { answer: "refused" | "missing"; file?: undefined };

export const mayLoad = (path: string, rules: ModuleRules): Judged["answer"] => judge(path, rules).answer;

/** The file and every folder above it belong to root, and nobody else may write there. Links were followed before. */
function isOfRoot(real: string, disk: Disk): boolean {
  for (let at = real; ; at = posix.dirname(at)) {
    const { uid, mode } = disk.stat(at);
    if (uid !== 0 || (mode & 0o022) !== 0) return false;
    if (at === "/") return true;
  }
}

/**
 * Windows tells Node no owner. These folders are an administrator's unless somebody loosened them; of System32 only what lies
 * directly in it, for everybody may write to some folders below, such as `spool\drivers\color` and `Tasks`.
 */
function isOfWindows(real: string, environment: ModuleRules["environment"]): boolean {
  const file = win32.normalize(real).toLowerCase();
  const programs = [environment["ProgramFiles"] ?? "C:\\Program Files", environment["ProgramFiles(x86)"] ?? "C:\\Program Files (x86)"];
  const system = win32.join(environment["SystemRoot"] ?? "C:\\Windows", "System32").toLowerCase();
  return programs.some((folder) => file.startsWith(`${folder.toLowerCase()}\\`)) || win32.dirname(file) === system;
}

/** Where the libraries of card software lie that many people have, to be suggested. */
const KNOWN: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/lib64/pkcs11/opensc-pkcs11.so",
    "/usr/lib/opensc-pkcs11.so",
  ],
  darwin: ["/Library/OpenSC/lib/opensc-pkcs11.so", "/opt/homebrew/lib/opensc-pkcs11.so", "/usr/local/lib/opensc-pkcs11.so"],
  win32: ["C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll"],
};

/** Libraries that are here, may be loaded and were not named. */
export function suggested(named: readonly string[], rules: ModuleRules): string[] {
  const { platform, listed, disk = realDisk } = rules;
  const real = (path: string): string | null => {
    try {
      return disk.realpath(path);
    } catch {
      return null;
    }
  };
  const taken = new Set<string | null>(named.map(real));
  return [...listed, ...(KNOWN[platform] ?? [])].filter((path) => {
    if (mayLoad(path, rules) !== "yes" || taken.has(real(path))) return false;
    taken.add(real(path));
    return true;
  });
}
