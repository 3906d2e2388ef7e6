import { type Bytes, constantTimeEqual } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, readAlgorithm } from "../pki/algorithm.ts";
import { DerReader, TAG, readSingle } from "../pki/der-reader.ts";
import { countOf } from "../pki/der-values.ts";
import { derivePbkdf2, hashOfHmac, readPbkdf2 } from "./pbkdf2.ts";
import { KDF_DIGESTS, KDF_PURPOSE, pkcs12Kdf } from "./pkcs12-kdf.ts";
import { type Budget, pkcs12Limits, spend } from "./pkcs12-limits.ts";
import type { PasswordForm } from "./pkcs12-password.ts";

/** MacData (RFC 7292 §4), the old kind or PBMAC1 (RFC 9579). */
export interface MacData {
  algorithm: Algorithm;
  digest: Bytes;
  salt: Bytes;
  iterations: number;
}

/** Reads a MacData. Throws `pki.malformed`. */
export function readMacData(reader: DerReader): MacData {
  const info = reader.enter();
  const algorithm = readAlgorithm(info.next(TAG.sequence));
  const digest = info.next(TAG.octetString).content;
  info.end();
  const salt = reader.next(TAG.octetString).content;
  const rounds = reader.optional(TAG.integer);
  reader.end();
  const iterations = rounds === null ? 1 : countOf(rounds);
  if (iterations < 1 || salt.length > pkcs12Limits.saltLength) throw new SmimeError("pki.malformed");
  return { algorithm, digest, salt, iterations };
}

/** Tells whether the MAC over the authenticated safe fits this form of the password. Throws `keys.pkcs12-algorithm`, `limits.pkcs12`. */
export async function macFits(mac: MacData, content: Bytes, password: PasswordForm, budget: Budget): Promise<boolean> {
  const { hash, key } = mac.algorithm.name === "PBMAC1" ? await pbmac1Key(mac, password, budget) : await oldKey(mac, password, budget);
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return constantTimeEqual(new Uint8Array(await crypto.subtle.sign("HMAC", imported, content)), mac.digest);
}

async function oldKey(mac: MacData, password: PasswordForm, budget: Budget): Promise<{ hash: string; key: Bytes }> {
  const digest = KDF_DIGESTS[mac.algorithm.name];
  if (digest === undefined) throw new SmimeError("keys.pkcs12-algorithm");
  spend(budget, "kdf", mac.iterations);
  return { hash: digest.name, key: await pkcs12Kdf(digest, KDF_PURPOSE.mac, password.wide, mac.salt, mac.iterations, digest.output) };
}

/** RFC 9579 §4: the key length is required. Below 20 octets it is refused there, and above 64 it serves nobody. */
async function pbmac1Key(mac: MacData, password: PasswordForm, budget: Budget): Promise<{ hash: string; key: Bytes }> {
  if (mac.algorithm.parametersDer === null) throw new SmimeError("pki.malformed");
  const reader = new DerReader(readSingle(mac.algorithm.parametersDer, TAG.sequence, "ber").content, "ber");
  const derivation = readPbkdf2(readAlgorithm(reader.next(TAG.sequence)));
  const hash = hashOfHmac(readAlgorithm(reader.next(TAG.sequence)));
  reader.end();
  const length = derivation.keyLength;
  if (length === null || length < 20 || length > 64) throw new SmimeError("pki.malformed");
  return { hash, key: await derivePbkdf2(derivation, password.octets, length, budget) };
}
