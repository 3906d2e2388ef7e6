import { execFileSync } from "node:child_process";
import { closeSync, fchmodSync, mkdirSync, openSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SmimeError } from "../../base/errors.ts";

/** Files and, on Windows, the registry; tests give their own. Everything throws `host.write` but what only looks. */
export interface Disk {
  /** Null for what is not there. */
  read(path: string): string | null;
  isThere(path: string): boolean;
  write(path: string, content: string, executable: boolean): void;
  /** Writes what one file holds to another place. */
  copy(from: string, to: string): void;
  /** Whether two files hold the same octets; false where one is not there. */
  isSame(one: string, other: string): boolean;
  remove(path: string): void;
  /** Removes a folder that is empty, and is content with one that is not. */
  removeFolder(path: string): void;
  /** The default value of a key; null for none. */
  readKey(key: string): string | null;
  writeKey(key: string, value: string): void;
  removeKey(key: string): void;
}

/** Arguments of `reg.exe` that read, write and remove the default value of a key. */
export const regArguments = {
  read: (key: string): string[] => ["query", key, "/ve"],
  write: (key: string, value: string): string[] => ["add", key, "/ve", "/t", "REG_SZ", "/d", value, "/f"],
  remove: (key: string): string[] => ["delete", key, "/f"],
};

/** The value in what `reg.exe query` prints; the name of the default value is in the system's language. */
export function regValue(printed: string): string | null {
  return /^\s+\S.*?\s+REG_SZ\s+(.*?)\s*$/m.exec(printed)?.[1] ?? null;
}

function writing(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new SmimeError("host.write", { cause: error });
  }
}

/** Writes a file so that a browser that looks meanwhile finds the old one or the new one whole. */
function put(path: string, content: string | Uint8Array, executable: boolean): void {
  writing(() => {
    mkdirSync(dirname(path), { recursive: true });
    const beside = `${path}.${process.pid}`;
    rmSync(beside, { force: true });
    // An administrator may do this in another person's folder: a link that lies there under this name must not be written through.
    const file = openSync(beside, "wx");
    try {
      writeFileSync(file, content);
      fchmodSync(file, executable ? 0o755 : 0o644);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  });
}

export const systemDisk: Disk = {
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  isThere: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  write: (path, content, executable) => put(path, content, executable),
  copy: (from, to) => put(to, readFileSync(from), false),
  isSame(one, other) {
    try {
      return readFileSync(one).equals(readFileSync(other));
    } catch {
      return false;
    }
  },
  remove: (path) => writing(() => rmSync(path, { force: true })),
  removeFolder(path) {
    try {
      rmdirSync(path);
    } catch {
      // Something of somebody else lies there.
    }
  },
  readKey(key) {
    try {
      return regValue(execFileSync("reg.exe", regArguments.read(key), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    } catch {
      return null;
    }
  },
  writeKey: (key, value) => writing(() => void execFileSync("reg.exe", regArguments.write(key, value), { stdio: "ignore" })),
  removeKey: (key) => writing(() => void execFileSync("reg.exe", regArguments.remove(key), { stdio: "ignore" })),
};
