import { posix, win32 } from "node:path";
import { SmimeError } from "../../base/errors.ts";
import { HOST_NAME } from "../../protocol/host-messages.ts";
import type { Disk } from "./disk.ts";
import { type HostFile, manifestFile, type Parts, programFiles } from "./files.ts";
import { type HostBrowser, hostBrowsers, type Machine, type Place, placeOf, programFolder, type Scope } from "./places.ts";

/** One change, as data: what is said by `--dry-run` and what is done are the same. */
export type Step =
  | { do: "write"; file: HostFile }
  | { do: "copy"; from: string; to: string }
  | { do: "remove"; path: string }
  | { do: "remove-folder"; path: string }
  | { do: "write-key"; key: string; value: string }
  | { do: "remove-key"; key: string };

export interface Installation {
  machine: Machine;
  scope: Scope;
  parts: Parts;
}

/** The browsers that were meant: those named, else for a machine all, else those that this person has used. Throws `host.no-browser`. */
export function chosenPlaces(named: readonly HostBrowser[], { machine, scope }: Pick<Installation, "machine" | "scope">, disk: Pick<Disk, "isThere">): Place[] {
  const places = (named.length > 0 ? named : hostBrowsers).map((browser) => placeOf(browser, HOST_NAME, machine, scope));
  const found = named.length > 0 ? places : places.filter(({ used }) => used === null || disk.isThere(used));
  if (found.length === 0) throw new SmimeError("host.no-browser");
  return found;
}

/**
 * What is to be written so that these browsers find the host; what is there already is left as it is. Throws `host.not-ours` where
 * another program's file is in the way.
 */
export function installSteps(places: readonly Place[], { machine, scope, parts }: Installation, disk: Disk): Step[] {
  const { launcher, files } = programFiles(parts, machine, scope);
  const manifests = new Map(places.map((place) => [place.manifest, manifestFile(place, launcher)]));
  const written = [...files, ...manifests.values()].flatMap((file): Step[] => {
    const before = disk.read(file.path);
    if (before !== null && !file.isOurs(before)) throw new SmimeError("host.not-ours");
    return before === file.content ? [] : [{ do: "write", file }];
  });
  const keys = places.flatMap(({ registry, manifest }): Step[] => {
    const before = registry === null ? manifest : disk.readKey(registry);
    if (before !== null && before !== manifest) throw new SmimeError("host.not-ours");
    return registry === null || before === manifest ? [] : [{ do: "write-key", key: registry, value: manifest }];
  });
  const to = addonPath(machine, scope);
  const addon: Step[] = parts.addon === null || disk.isSame(parts.addon, to) ? [] : [{ do: "copy", from: parts.addon, to }];
  return [...written, ...addon, ...keys];
}

/** What cards need, beside the program, where the host looks for it. */
const addonPath = (machine: Machine, scope: Scope): string => (machine.platform === "win32" ? win32 : posix).join(programFolder(machine, scope), "pkcs11.node");

/**
 * What is to be removed: manifests and keys of these browsers and, where no other browser uses it any more, the program. Files that
 * we did not write stay.
 */
export function uninstallSteps(places: readonly Place[], { machine, scope, parts }: Installation, disk: Disk): Step[] {
  const { launcher, files } = programFiles(parts, machine, scope);
  const others = hostBrowsers.map((browser) => placeOf(browser, HOST_NAME, machine, { ...scope, userDataDir: null })).filter((other) => !places.some(({ manifest, browser }) => manifest === other.manifest && browser === other.browser));
  const isRegistered = (place: Place): boolean => isOurs(manifestFile(place, launcher), disk) && (place.registry === null || disk.readKey(place.registry) === place.manifest);
  const keys = places.flatMap(({ registry, manifest }): Step[] => (registry !== null && disk.readKey(registry) === manifest ? [{ do: "remove-key", key: registry }] : []));
  const used = new Set(others.filter(isRegistered).map(({ manifest }) => manifest));
  const manifests = [...new Map(places.map((place) => [place.manifest, manifestFile(place, launcher)])).values()].filter(({ path }) => !used.has(path));
  const program = used.size === 0 ? files : [];
  const removed = [...manifests, ...program].filter((file) => isOurs(file, disk)).map(({ path }): Step => ({ do: "remove", path }));
  // Beside a program of ours it is ours.
  const addon: Step[] = program.length > 0 && removed.length > 0 && disk.isThere(addonPath(machine, scope)) ? [{ do: "remove", path: addonPath(machine, scope) }] : [];
  return [...keys, ...removed, ...addon, ...(used.size === 0 && removed.length > 0 ? [{ do: "remove-folder", path: programFolder(machine, scope) } as const] : [])];
}

function isOurs(file: HostFile, disk: Disk): boolean {
  const content = disk.read(file.path);
  return content !== null && file.isOurs(content);
}

/** Does the steps in order. Throws `host.write`. */
export function carryOut(steps: readonly Step[], disk: Disk): void {
  for (const step of steps) {
    switch (step.do) {
      case "write":
        disk.write(step.file.path, step.file.content, step.file.executable);
        break;
      case "copy":
        disk.copy(step.from, step.to);
        break;
      case "remove":
        disk.remove(step.path);
        break;
      case "remove-folder":
        disk.removeFolder(step.path);
        break;
      case "write-key":
        disk.writeKey(step.key, step.value);
        break;
      case "remove-key":
        disk.removeKey(step.key);
        break;
    }
  }
}

/** A step in words, one line, and for `detail` also what would stand in a short file. */
export function said(step: Step, detail: boolean): string {
  switch (step.do) {
    case "write": {
      const { path, content } = step.file;
      const short = detail && content.length < 2000 && /\.json$|mailseal-host(\.bat)?$/.test((path.includes("\\") ? win32 : posix).basename(path));
      return `write ${path}${short ? `\n${content.trimEnd().replace(/^/gm, "    ")}` : ""}`;
    }
    case "copy":
      return `copy ${step.from} to ${step.to}`;
    case "remove":
    case "remove-folder":
      return `remove ${step.path}${step.do === "remove-folder" ? " if it is empty" : ""}`;
    case "write-key":
      return `set ${step.key} to ${step.value}`;
    case "remove-key":
      return `remove ${step.key}`;
  }
}
