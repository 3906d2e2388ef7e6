import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { SmimeError } from "../../base/errors.ts";

/**
 * The compiled part of pkcs11js: beside the program, where the packages and `mailseal host install` put it, or as a package of
 * npm's. Throws `keys.card-unsupported` where it is in neither place: everything else works without it.
 */
export function addonFile(): string {
  const beside = fileURLToPath(new URL("./pkcs11.node", import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    return createRequire(import.meta.url).resolve("pkcs11js/build/Release/pkcs11.node");
  } catch (error) {
    throw new SmimeError("keys.card-unsupported", { cause: error });
  }
}
