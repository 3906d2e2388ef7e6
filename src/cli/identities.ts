import { readFileSync } from "node:fs";
import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { readPkcs12 } from "../keys/pkcs12.ts";
import { matchIdentities } from "../keys/identity.ts";
import { openStoredKey, importSoftwareKey } from "../keys/private-key.ts";
import type { LocalKey } from "../smime/local-key-port.ts";
import { readInput, unusable } from "./files.ts";
import { InputError } from "./input-error.ts";
import { harmless } from "./paint.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Opens PKCS#12 files, each with the password file given at the same place. One password file serves all if it is alone.
 * Throws `InputError` with the file's name for what cannot be read or used.
 */
export async function readIdentities(files: readonly string[], passwordFiles: readonly string[]): Promise<LocalKey[]> {
  if (files.length > 0 && passwordFiles.length !== files.length && passwordFiles.length !== 1) {
    throw new UsageError("each PKCS#12 file needs a --password-file");
  }
  const keys: LocalKey[] = [];
  for (const [index, file] of files.entries()) {
    const password = readPassword(passwordFiles[passwordFiles.length === 1 ? 0 : index] as string);
    const identities = await identitiesIn(readInput(file), password).catch((error: unknown) => {
      throw error instanceof SmimeError ? unusable(file, error) : error;
    });
    for (const { key, chain } of identities) keys.push({ id: String(keys.length), key, chain });
  }
  return keys;
}

async function identitiesIn(file: Bytes, password: string): Promise<Omit<LocalKey, "id">[]> {
  const identities = await matchIdentities(await readPkcs12(file, password));
  return Promise.all(identities.map(async ({ pkcs8, certificate, chain }) => ({ key: openStoredKey(await importSoftwareKey(pkcs8, certificate)), chain })));
}

/** Reads a password; a line end at the end of the file is not part of it. Throws `InputError`. */
export function readPassword(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new InputError(`"${harmless(path)}" cannot be read`);
  }
}
