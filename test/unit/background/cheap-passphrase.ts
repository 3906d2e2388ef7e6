import { utf8 } from "../../../src/base/bytes.ts";
import type { PassphraseParameters } from "../../../src/keys/passphrase.ts";

/** Stands for the derivation where its cost is not what is looked at; `test/unit/keys/vault.test.ts` has the real one. */
export async function passphraseKey(passphrase: string, { salt }: PassphraseParameters): Promise<CryptoKey> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array([...salt, ...utf8(passphrase)]));
  return crypto.subtle.importKey("raw", digest, "AES-GCM", false, ["encrypt", "decrypt"]);
}
