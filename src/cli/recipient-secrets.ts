import { type Bytes, fromHex, utf8 } from "../base/bytes.ts";
import type { Secrets } from "../keys/secrets.ts";
import { readPassword } from "./identities.ts";
import { UsageError } from "./usage-error.ts";

/** Octets of an AES or Triple DES key-encryption key. */
const KEY_LENGTHS = [16, 24, 32];

/**
 * Secrets for recipients that no certificate names (docs/decisions/0011): files with a password each, and `ID:FILE` for keys that both
 * sides have, ID being the key's name and FILE holding the key, both in hexadecimal. Throws `UsageError`.
 */
export function readSecrets(passwordFiles: readonly string[], namedKeys: readonly string[]): Secrets {
  return { passwords: passwordFiles.map((path) => utf8(readPassword(path))), keys: namedKeys.map(readKey) };
}

function readKey(named: string): { identifier: Bytes; key: Bytes } {
  const colon = named.indexOf(":");
  const identifier = hexadecimal(named.slice(0, colon));
  if (colon < 1 || identifier === null) throw new UsageError(`--recipient-key takes ID:FILE with the key's name in hexadecimal, not "${named}"`);
  const path = named.slice(colon + 1);
  const key = hexadecimal(readPassword(path).trim());
  if (key === null || !KEY_LENGTHS.includes(key.length)) throw new UsageError(`"${path}" holds no key of 16, 24 or 32 octets in hexadecimal`);
  return { identifier, key };
}

function hexadecimal(text: string): Bytes | null {
  return /^([0-9a-fA-F]{2})+$/.test(text) ? fromHex(text) : null;
}
