import type { Bytes } from "../base/bytes.ts";
import { decryptAesCbc, decryptAesGcm } from "../base/ciphers/aes.ts";
import { decryptChaCha20Poly1305 } from "../base/ciphers/chacha20-poly1305.ts";
import { SmimeError } from "../base/errors.ts";
import { joined } from "../base/pieces.ts";
import { decryptCbc } from "./cbc-chunks.ts";
import type { Cipher } from "./cipher-parameters.ts";
import { decryptOldCipher } from "./old-ciphers.ts";

/** Content that is to be decrypted. */
export interface Ciphertext {
  segments: Bytes[];
  /** Additional authenticated data and the tag; empty for a cipher without. */
  authenticated: Bytes;
  mac: Bytes;
  /** True if nobody else has use for the segments' octets: the plaintext may take their place. */
  disposable: boolean;
}

/**
 * Decrypts content. With an authenticated cipher nothing is released before the tag was checked.
 * Throws whatever the platform throws for a wrong key, padding or tag: the caller makes one code of all of them.
 */
export async function decryptContent(cipher: Cipher, key: Bytes, { segments, authenticated, mac, disposable }: Ciphertext): Promise<Bytes> {
  switch (cipher.kind) {
    case "cbc": {
      const imported = await importAes(key, "AES-CBC", "decrypt", "encrypt");
      const ciphertext = joined(segments);
      if (imported === null) return decryptAesCbc(key, cipher.iv, ciphertext);
      // What was joined is a copy already.
      return decryptCbc(imported, cipher.iv, ciphertext, disposable || segments.length !== 1 ? ciphertext : new Uint8Array(ciphertext.length));
    }
    case "gcm": {
      if (mac.length !== cipher.tagLength) throw new SmimeError("cms.decrypt-failed");
      const imported = await importAes(key, "AES-GCM", "decrypt");
      if (imported === null) return decryptAesGcm(key, cipher.nonce, authenticated, joined([...segments, mac]));
      const parameters = { name: "AES-GCM", iv: cipher.nonce, additionalData: authenticated, tagLength: cipher.tagLength * 8 };
      return new Uint8Array(await crypto.subtle.decrypt(parameters, imported, joined([...segments, mac])));
    }
    case "chacha20-poly1305":
      if (mac.length !== 16) throw new SmimeError("cms.decrypt-failed");
      return decryptChaCha20Poly1305(key, cipher.nonce, authenticated, joined([...segments, mac]));
    case "old":
      return decryptOldCipher(cipher, key, joined(segments));
  }
}

/**
 * Throws `cms.algorithm-unknown` for what this platform cannot open: 192 bits with a tag under 16 octets. It is asked before a
 * key is used, because afterwards every failure has one code (architecture §2).
 */
export async function requireCipher(cipher: Cipher): Promise<void> {
  if (cipher.kind !== "gcm" || cipher.keyLength !== 24 || cipher.tagLength === 16) return;
  if ((await importAes(new Uint8Array(24), "AES-GCM", "decrypt")) === null) throw new SmimeError("cms.algorithm-unknown");
}

/** Null where the platform has no AES with 192 bits: Chromium leaves it out, for every mode. */
export async function importAes(key: Bytes, name: "AES-CBC" | "AES-GCM", ...uses: ("encrypt" | "decrypt")[]): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey("raw", key, name, false, uses);
  } catch (error) {
    if (key.length === 24) return null;
    throw error;
  }
}
