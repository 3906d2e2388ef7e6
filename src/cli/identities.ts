import { readFileSync } from "node:fs";
import type { Bytes } from "../base/bytes.ts";
import { readPkcs12 } from "../keys/pkcs12.ts";
import { matchIdentities } from "../keys/identity.ts";
import { openStoredKey, importSoftwareKey } from "../keys/private-key.ts";
import type { LocalKey } from "../smime/local-key-port.ts";
import { readInput } from "./files.ts";
import { InputError } from "./input-error.ts";
import { harmless } from "./paint.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Opens PKCS#12 files, each with the password file given at the same place. One password file serves all if it is alone.
 * Throws `keys.pkcs12-*`.
 */
export async function readIdentities(files: readonly string[], passwordFiles: readonly string[]): Promise<LocalKey[]> {
  if (files.length > 0 && passwordFiles.length !== files.length && passwordFiles.length !== 1) {
    throw new UsageError("each PKCS#12 file needs a --password-file");
  }
  const keys: LocalKey[] = [];
  for (const [index, file] of files.entries()) {
    const password = readPassword(passwordFiles[passwordFiles.length === 1 ? 0 : index] as string);
    for (const identity of await matchIdentities(await readPkcs12(readInput(file), password))) {
      const key = openStoredKey(await importSoftwareKey(identity.pkcs8, identity.certificate));
      keys.push({ id: String(keys.length), key, chain: withoutRoots(identity.chain) });
    }
  }
  return keys;
}

/** Reads a password; a line end at the end of the file is not part of it. Throws `InputError`. */
export function readPassword(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new InputError(`"${harmless(path)}" cannot be read`);
  }
}

function withoutRoots(chain: readonly Bytes[]): Bytes[] {
  return [...chain];
}
