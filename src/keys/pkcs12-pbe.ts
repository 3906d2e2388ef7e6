import type { Bytes } from "../base/bytes.ts";
import { decryptAesCbc } from "../base/ciphers/aes.ts";
import { type BlockDecipher, cbcDecrypt, withoutPadding } from "../base/ciphers/cbc.ts";
import { tripleDesDecipher } from "../base/ciphers/des.ts";
import { rc2Decipher } from "../base/ciphers/rc2.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG, readSingle } from "../pki/der-reader.ts";
import { countOf } from "../pki/der-values.ts";
import { derivePbkdf2, readPbkdf2 } from "./pbkdf2.ts";
import { KDF_DIGESTS, KDF_PURPOSE, pkcs12Kdf } from "./pkcs12-kdf.ts";
import { type Budget, pkcs12Limits, spend } from "./pkcs12-limits.ts";
import type { PasswordForm } from "./pkcs12-password.ts";

/** The old schemes (RFC 7292 C): SHA-1 derivation, then a cipher of eight-octet blocks. */
const OLD_SCHEMES: Record<string, { keyLength: number; cipher: (key: Bytes) => BlockDecipher }> = {
  "PBE-SHA1-3DES": { keyLength: 24, cipher: tripleDesDecipher },
  "PBE-SHA1-2DES": { keyLength: 16, cipher: tripleDesDecipher },
  "PBE-SHA1-RC2-128": { keyLength: 16, cipher: (key) => rc2Decipher(key, 128) },
  "PBE-SHA1-RC2-40": { keyLength: 5, cipher: (key) => rc2Decipher(key, 40) },
};

const AES_KEY_LENGTHS: Record<string, number> = { "aes-128-cbc": 16, "aes-192-cbc": 24, "aes-256-cbc": 32 };

/** RFC 2268 §6: the version number that stands for the strength of RC2. */
const RC2_BITS: Record<number, number> = { 160: 40, 120: 64, 58: 128 };

/**
 * Decrypts what a password protects, PBES2 (RFC 8018 §6.2) or the schemes of old PKCS#12.
 * @returns null if the result is not padded as it should be: most likely the password is wrong.
 * @throws SmimeError `keys.pkcs12-algorithm`, `limits.pkcs12`, `pki.malformed`.
 */
export async function decryptWithPassword(algorithm: Algorithm, password: PasswordForm, data: Bytes, budget: Budget): Promise<Bytes | null> {
  if (algorithm.parametersDer === null) throw new SmimeError("keys.pkcs12-algorithm");
  const parameters = new DerReader(readSingle(algorithm.parametersDer, TAG.sequence, "ber").content, "ber");
  if (algorithm.name === "PBES2") return decryptPbes2(parameters, password, data, budget);
  const scheme = OLD_SCHEMES[algorithm.name];
  if (scheme === undefined) throw new SmimeError("keys.pkcs12-algorithm");
  const salt = parameters.next(TAG.octetString).content;
  const iterations = countOf(parameters.next(TAG.integer));
  parameters.end();
  if (iterations < 1 || salt.length > pkcs12Limits.saltLength) throw new SmimeError("pki.malformed");
  spend(budget, "kdf", iterations * 3);
  const derive = (purpose: number, length: number): Promise<Bytes> =>
    pkcs12Kdf(KDF_DIGESTS.sha1 as NonNullable<(typeof KDF_DIGESTS)[string]>, purpose, password.wide, salt, iterations, length);
  return blockDecrypt(scheme.cipher(await derive(KDF_PURPOSE.key, scheme.keyLength)), await derive(KDF_PURPOSE.iv, 8), data);
}

async function decryptPbes2(parameters: DerReader, password: PasswordForm, data: Bytes, budget: Budget): Promise<Bytes | null> {
  const derivation = readPbkdf2(readAlgorithm(parameters.next(TAG.sequence)));
  const encryption = readAlgorithm(parameters.next(TAG.sequence));
  parameters.end();
  const derive = (length: number): Promise<Bytes> => {
    if (derivation.keyLength !== null && derivation.keyLength !== length) throw new SmimeError("keys.pkcs12-algorithm");
    return derivePbkdf2(derivation, password.octets, length, budget);
  };
  if (encryption.parametersDer === null) throw new SmimeError("keys.pkcs12-algorithm");
  const aesKeyLength = AES_KEY_LENGTHS[encryption.name];
  if (aesKeyLength !== undefined) return aesDecrypt(await derive(aesKeyLength), ivOf(encryption.parametersDer), data);
  if (encryption.name === "des-ede3-cbc") return blockDecrypt(tripleDesDecipher(await derive(24)), ivOf(encryption.parametersDer), data);
  if (encryption.name === "rc2-cbc") return decryptRc2(encryption.parametersDer, await derive(derivation.keyLength ?? 16), data);
  throw new SmimeError("keys.pkcs12-algorithm");
}

function ivOf(parametersDer: Bytes): Bytes {
  return readSingle(parametersDer, TAG.octetString, "ber").content;
}

/** RC2-CBC-Parameter (RFC 8018 B.2.3): 32 bits of strength where the version is absent. */
function decryptRc2(parametersDer: Bytes, key: Bytes, data: Bytes): Bytes | null {
  const reader = new DerReader(readSingle(parametersDer, TAG.sequence, "ber").content, "ber");
  const version = reader.optional(TAG.integer);
  const iv = reader.next(TAG.octetString).content;
  reader.end();
  const number = version === null ? null : countOf(version);
  return blockDecrypt(rc2Decipher(key, number === null ? 32 : (RC2_BITS[number] ?? number)), iv, data);
}

function blockDecrypt(cipher: BlockDecipher, iv: Bytes, data: Bytes): Bytes | null {
  try {
    return withoutPadding(cbcDecrypt(cipher, iv, data));
  } catch {
    throw new SmimeError("pki.malformed");
  }
}

async function aesDecrypt(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes | null> {
  if (iv.length !== 16 || data.length === 0 || data.length % 16 !== 0) throw new SmimeError("pki.malformed");
  // Chromium has no keys of 192 bits.
  const imported = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]).catch(() => null);
  if (imported === null) return aesDecryptHere(key, iv, data);
  return crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, data).then(
    (plain) => new Uint8Array(plain),
    () => null,
  );
}

function aesDecryptHere(key: Bytes, iv: Bytes, data: Bytes): Bytes | null {
  try {
    return decryptAesCbc(key, iv, data);
  } catch {
    return null;
  }
}
