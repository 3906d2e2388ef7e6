import { posix, win32 } from "node:path";
import { HOST_NAME, OUR_EXTENSIONS } from "../../protocol/host-messages.ts";
import { type Machine, type Place, programFolder, type Scope } from "./places.ts";

/** A file of the host: what stands in it, and how it is known again as one that we wrote. */
export interface HostFile {
  path: string;
  content: string;
  executable: boolean;
  isOurs: (content: string) => boolean;
}

/** What the installation is made of. */
export interface Parts {
  /** The built host, and the licences of what is in it. */
  program: string;
  licences: string;
  /** Path of what cards need, compiled for this machine; null where it is not there, and then the host does without. */
  addon: string | null;
  /** The Node that is to run it. */
  node: string;
}

const PROGRAM_MARK = "// The native host of Mailseal.";
const LAUNCHER_MARK = "Starts the native host of Mailseal; written by: mailseal host install";
const LICENCES_MARK = "Licences of what is in the native host of Mailseal.";
const DESCRIPTION = "Mailseal: revocation, directories";

const beginsWith = (mark: string) => (content: string): boolean => content.startsWith(mark);

/** The program and its launcher; copies, so that they stay when the folder of the command line goes or is built anew. */
export function programFiles(parts: Parts, machine: Machine, scope: Scope): { launcher: string; files: HostFile[] } {
  const windows = machine.platform === "win32";
  const paths = windows ? win32 : posix;
  const folder = programFolder(machine, scope);
  const program = paths.join(folder, "mailseal-host.mjs");
  const launcher = paths.join(folder, windows ? "mailseal-host.bat" : "mailseal-host");
  return {
    launcher,
    files: [
      { path: program, content: parts.program, executable: false, isOurs: beginsWith(PROGRAM_MARK) },
      { path: paths.join(folder, "licenses.txt"), content: `${LICENCES_MARK}\n\n${parts.licences}`, executable: false, isOurs: beginsWith(LICENCES_MARK) },
      {
        path: launcher,
        content: windows ? `@rem ${LAUNCHER_MARK}\r\n@"${parts.node}" "${program}" %*\r\n` : `#!/bin/sh\n# ${LAUNCHER_MARK}\nexec ${quoted(parts.node)} ${quoted(program)} "$@"\n`,
        executable: true,
        isOurs: (content) => content.split("\n", 2).join("\n").includes(LAUNCHER_MARK),
      },
    ],
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What the browser reads: where the host is and who may start it. */
export function manifestFile({ browser, manifest }: Pick<Place, "browser" | "manifest">, launcher: string): HostFile {
  const callers = browser === "firefox" ? { allowed_extensions: [OUR_EXTENSIONS.firefox] } : { allowed_origins: [OUR_EXTENSIONS.chromium] };
  return {
    path: manifest,
    content: `${JSON.stringify({ name: HOST_NAME, description: DESCRIPTION, path: launcher, type: "stdio", ...callers }, null, 2)}\n`,
    executable: false,
    isOurs: isOurManifest,
  };
}

function isOurManifest(content: string): boolean {
  try {
    const { name, description } = JSON.parse(content) as { name?: unknown; description?: unknown };
    return name === HOST_NAME && description === DESCRIPTION;
  } catch {
    return false;
  }
}

/** The program that a manifest names; null if it names none. */
export function launcherOf(manifest: string): string | null {
  try {
    const { path } = JSON.parse(manifest) as { path?: unknown };
    return typeof path === "string" ? path : null;
  } catch {
    return null;
  }
}
