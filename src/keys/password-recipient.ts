import type { Bytes } from "../base/bytes.ts";
import { decryptAesBlocks } from "../base/ciphers/aes.ts";
import { cbcDecrypt } from "../base/ciphers/cbc.ts";
import { tripleDesDecipher } from "../base/ciphers/des.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import { parseAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG } from "../pki/der-reader.ts";
import type { PasswordRecipient } from "../protocol/secret-port.ts";
import { derivePbkdf2, type Pbkdf2, readPbkdf2 } from "./pbkdf2.ts";
import type { Budget } from "./pkcs12-limits.ts";

type BlockDecrypt = (key: Bytes, iv: Bytes, data: Bytes) => Bytes;

/** Ciphers of id-alg-PWRI-KEK; all of them run over whole blocks. */
const CIPHERS: Record<string, { keyLength: number; block: number; decrypt: BlockDecrypt }> = {
  "aes-128-cbc": { keyLength: 16, block: 16, decrypt: decryptAesBlocks },
  "aes-192-cbc": { keyLength: 24, block: 16, decrypt: decryptAesBlocks },
  "aes-256-cbc": { keyLength: 32, block: 16, decrypt: decryptAesBlocks },
  "des-ede3-cbc": { keyLength: 24, block: 8, decrypt: (key, iv, data) => cbcDecrypt(tripleDesDecipher(key), iv, data) },
};

/**
 * Opens a PasswordRecipientInfo (RFC 3211): PBKDF2, then the password-based key wrap of §2.3.2.
 * Answers null if the password is another one, as far as the wrap's check of 24 bits tells.
 * Throws `cms.algorithm-unknown`, `cms.decrypt-failed` for what cannot be read, `limits.pkcs12` for too many iterations.
 */
export async function unwrapWithPassword(password: Bytes, recipient: PasswordRecipient, budget: Budget): Promise<Bytes | null> {
  const algorithm = parseAlgorithm(recipient.algorithm);
  // A password that is itself the key is of no use to people (RFC 5652 §6.2.4 leaves it to other agreements).
  if (algorithm.name !== "id-alg-PWRI-KEK" || algorithm.parametersDer === null || recipient.derivation === null) throw new SmimeError("cms.algorithm-unknown");
  const inner = parseAlgorithm(algorithm.parametersDer);
  const cipher = CIPHERS[inner.name];
  if (cipher === undefined || inner.parametersDer === null) throw new SmimeError("cms.algorithm-unknown");
  const iv = new DerReader(inner.parametersDer, "ber").next(TAG.octetString).content;
  const { encryptedKey } = recipient;
  // §2.3.2: at least two blocks, because the second pass is chained from the last one.
  if (iv.length !== cipher.block || encryptedKey.length < 2 * cipher.block || encryptedKey.length % cipher.block !== 0) throw new SmimeError("cms.decrypt-failed");
  const kek = await derivePbkdf2(derivationOf(recipient.derivation), password, cipher.keyLength, budget);
  return unpacked(unwrapTwice(cipher, kek, iv, encryptedKey));
}

function derivationOf(der: Bytes): Pbkdf2 {
  try {
    return readPbkdf2(parseAlgorithm(der));
  } catch (error) {
    throw codeOf(error) === "keys.pkcs12-algorithm" ? new SmimeError("cms.algorithm-unknown", { cause: error }) : error;
  }
}

/** The last block is decrypted with the one before it as its IV, and is then the IV of all others; after that the first pass. */
function unwrapTwice({ block, decrypt }: { block: number; decrypt: BlockDecrypt }, kek: Bytes, iv: Bytes, wrapped: Bytes): Bytes {
  const end = wrapped.length - block;
  const last = decrypt(kek, wrapped.slice(end - block, end), wrapped.slice(end));
  const once = new Uint8Array(wrapped.length);
  once.set(decrypt(kek, last, wrapped.slice(0, end)));
  once.set(last, end);
  return decrypt(kek, iv, once);
}

/** Length, three octets that are the complement of the key's first three, key, padding (§2.3.1). */
function unpacked(block: Bytes): Bytes | null {
  const length = block[0] as number;
  if (length < 3 || length > block.length - 4) return null;
  let wrong = 0;
  for (let i = 1; i <= 3; i++) wrong |= (block[i] as number) ^ (block[i + 3] as number) ^ 0xff;
  return wrong === 0 ? block.slice(4, 4 + length) : null;
}
