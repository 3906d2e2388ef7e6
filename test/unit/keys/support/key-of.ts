import type { KeyObject } from "node:crypto";
import type { Bytes } from "../../../../src/base/bytes.ts";
import { importSoftwareKey, openStoredKey, type PrivateKey } from "../../../../src/keys/private-key.ts";
import { certificateFor } from "./certificate.ts";

export const bytes = (value: Uint8Array): Bytes => new Uint8Array(value);

export interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
  pkcs8: Bytes;
  key: PrivateKey;
}

/** A key as it is kept and opened again, with a certificate of its own. */
export async function keyOf(pair: { publicKey: KeyObject; privateKey: KeyObject }, keyUsage?: number): Promise<Pair> {
  const spki = bytes(pair.publicKey.export({ type: "spki", format: "der" }));
  const pkcs8 = bytes(pair.privateKey.export({ type: "pkcs8", format: "der" }));
  const stored = structuredClone(await importSoftwareKey(pkcs8, certificateFor(spki, keyUsage)));
  return { ...pair, pkcs8, key: openStoredKey(stored) };
}
