import type { Bytes } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { Algorithm } from "../pki/algorithm.ts";
import { DerReader, TAG } from "../pki/der-reader.ts";
import { countOf } from "../pki/der-values.ts";
import { oldKeyLength } from "./old-ciphers.ts";

/** Content-encryption algorithms with their parameters; `tagLength` in octets. */
export type Cipher =
  | { kind: "cbc"; name: string; keyLength: 16 | 24 | 32; iv: Bytes }
  | { kind: "gcm"; name: string; keyLength: 16 | 24 | 32; nonce: Bytes; tagLength: number }
  | { kind: "chacha20-poly1305"; name: "chacha20-poly1305"; keyLength: 32; nonce: Bytes }
  | { kind: "old"; name: "des-ede3-cbc" | "des-cbc" | "rc2-cbc"; keyLength: number; iv: Bytes; effectiveBits: number };

const keyLengths: Record<string, 16 | 24 | 32> = {
  "aes-128-cbc": 16,
  "aes-192-cbc": 24,
  "aes-256-cbc": 32,
  "aes-128-gcm": 16,
  "aes-192-gcm": 24,
  "aes-256-gcm": 32,
};

/**
 * Reads contentEncryptionAlgorithm: AES-CBC (RFC 3565), AES-GCM (RFC 5084), ChaCha20-Poly1305 (RFC 8103), and for old mail
 * 3DES, DES and RC2 (RFC 3370 §5; OL-01). `authenticated` is true inside AuthEnvelopedData: GCM and ChaCha20-Poly1305 are
 * read there only, and the others never there.
 * Throws `cms.algorithm-unknown`, `cms.malformed`.
 */
export function readCipher(algorithm: Algorithm, authenticated: boolean): Cipher {
  const cipher = readAnyCipher(algorithm);
  // GCM without its tag, or CBC passed off as authenticated, would be read as something that it is not.
  if ((cipher.kind === "gcm" || cipher.kind === "chacha20-poly1305") !== authenticated) throw new SmimeError("cms.algorithm-unknown");
  return cipher;
}

function readAnyCipher(algorithm: Algorithm): Cipher {
  const { name } = algorithm;
  const keyLength = keyLengths[name];
  try {
    if (keyLength !== undefined) {
      if (name.endsWith("-gcm")) return { kind: "gcm", name, keyLength, ...readGcmParameters(algorithm) };
      return { kind: "cbc", name, keyLength, iv: readIv(new DerReader(parametersOf(algorithm)), 16) };
    }
    // RFC 8103 §3: the nonce alone.
    if (name === "chacha20-poly1305") return { kind: name, name, keyLength: 32, nonce: readIv(new DerReader(parametersOf(algorithm)), 12) };
    if (name === "des-ede3-cbc" || name === "des-cbc") {
      const iv = readIv(new DerReader(parametersOf(algorithm)), 8);
      return { kind: "old", name, keyLength: oldKeyLength(name, 0), iv, effectiveBits: 0 };
    }
    if (name === "rc2-cbc") {
      const { iv, effectiveBits } = readRc2Parameters(algorithm);
      return { kind: "old", name, keyLength: oldKeyLength(name, effectiveBits), iv, effectiveBits };
    }
  } catch (error) {
    if (error instanceof SmimeError && error.code === "pki.malformed") throw new SmimeError("cms.malformed", { cause: error });
    throw error;
  }
  throw new SmimeError("cms.algorithm-unknown");
}

function parametersOf(algorithm: Algorithm): Bytes {
  if (algorithm.parametersDer === null) throw new SmimeError("cms.malformed");
  return algorithm.parametersDer;
}

function readIv(reader: DerReader, length: number): Bytes {
  const iv = reader.next(TAG.octetString).content;
  if (iv.length !== length) throw new SmimeError("cms.malformed");
  reader.end();
  return iv;
}

/** GCMParameters: the tag has 12 octets unless said otherwise (RFC 5084 §3.2); shorter ones are not allowed there. */
function readGcmParameters(algorithm: Algorithm): { nonce: Bytes; tagLength: number } {
  const reader = new DerReader(parametersOf(algorithm)).enter();
  const nonce = reader.next(TAG.octetString).content;
  const length = reader.optional(TAG.integer);
  reader.end();
  const tagLength = length === null ? 12 : countOf(length);
  if (nonce.length === 0 || nonce.length > 64 || tagLength < 12 || tagLength > 16) throw new SmimeError("cms.malformed");
  return { nonce, tagLength };
}

/** rc2ParameterVersion numbers below 256 come from a table; larger ones are the effective key bits (RFC 2268 §6). */
const rc2Versions: Record<number, number> = { 160: 40, 120: 64, 58: 128 };

function readRc2Parameters(algorithm: Algorithm): { iv: Bytes; effectiveBits: number } {
  const parameters = parametersOf(algorithm);
  // RFC 2268 §6: an IV alone stands for 32 effective bits, which nobody sends.
  if (parameters[0] !== TAG.sequence) throw new SmimeError("cms.algorithm-unknown");
  const reader = new DerReader(parameters).enter();
  const version = countOf(reader.next(TAG.integer));
  const effectiveBits = version >= 256 ? version : rc2Versions[version];
  if (effectiveBits === undefined || effectiveBits > 1024) throw new SmimeError("cms.algorithm-unknown");
  return { iv: readIv(reader, 8), effectiveBits };
}
