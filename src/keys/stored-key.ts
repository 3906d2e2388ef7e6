import { type Bytes, copy, utf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { parseCertificate } from "../pki/certificate.ts";
import { readPublicKey } from "../pki/public-key.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { DigestName } from "../protocol/key-port.ts";
import { WEB_CURVES } from "./curves.ts";
import { belongsTo } from "./identity.ts";
import { OAEP_HASHES, type OaepHash } from "./oaep.ts";
import { curve25519Pkcs8, ecPkcs8, type PrivateKeyFacts, readPkcs8, rsaPkcs8 } from "./pkcs8.ts";
import { type Sealed, seal } from "./sealed-key.ts";

/**
 * A software key as it is kept: structured-cloneable, its CryptoKeys not extractable, the PKCS#8 of an RSA decryption key
 * sealed because WebCrypto has no RSAES-PKCS1-v1_5. What a certificate's key usage forbids is not imported at all.
 */
export type StoredKey = { certificate: Bytes } & (StoredRsaKey | StoredEcKey | StoredSignatureKey | StoredAgreementKey);

export interface StoredRsaKey {
  kind: "rsa";
  /** One for each digest, because WebCrypto binds it on import, and one alone where the key was born so; null if the key may not sign. */
  signing: Partial<Record<DigestName, CryptoKey>> | null;
  scheme: "RSASSA-PKCS1-v1_5" | "RSA-PSS";
  /** The same key for RSASSA-PSS, where `scheme` is the other; absent in keys that were kept before this was offered. */
  pss?: Record<DigestName, CryptoKey> | null;
  decryption: RsaDecryption | null;
}

export interface RsaDecryption {
  oaep: Record<OaepHash, CryptoKey>;
  sealed: Sealed;
  /** HMAC-SHA-256, for implicit rejection: derived from the private key, so that the answer is the same after every unlocking. Keys that were kept before that have a random one. */
  rejection: CryptoKey;
}

export interface StoredEcKey {
  kind: "ec";
  /** OpenSSL's name. */
  curve: string;
  signing: CryptoKey | null;
  agreement: CryptoKey | null;
}

export interface StoredSignatureKey {
  kind: "ed25519";
  signing: CryptoKey | null;
}

export interface StoredAgreementKey {
  kind: "x25519";
  agreement: CryptoKey | null;
}

/** RFC 8551 §4.2 and §4.5 (AL-07): shorter keys may still read old mail; below 1024 bits nothing is protected. */
const MIN_SIGNING_BITS = 2048;
const MIN_BITS = 1024;

const DIGESTS: Record<DigestName, string> = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };

/**
 * Imports a private key for keeping.
 * @param pkcs8 PrivateKeyInfo, DER; the caller overwrites it afterwards.
 * @throws SmimeError `keys.algorithm`, `keys.weak`, `keys.wrong-use` if the certificate is of another key, `pki.malformed`.
 */
export async function importSoftwareKey(pkcs8: Bytes, certificate: Bytes): Promise<StoredKey> {
  const parsed = parseCertificate(certificate);
  const facts = readPkcs8(pkcs8);
  if (!(await belongsTo(facts, parsed))) throw new SmimeError("keys.wrong-use");
  const may: Uses = { sign: keyUsageAllows(parsed, "sign"), decrypt: keyUsageAllows(parsed, "encrypt") };
  try {
    return { certificate: copy(certificate), ...(await importKind(facts, parsed.spki, may)) };
  } catch (error) {
    if (error instanceof SmimeError) throw error;
    // The platform does not have the algorithm, or refuses the numbers.
    throw new SmimeError("keys.algorithm", { cause: error });
  }
}

interface Uses {
  sign: boolean;
  decrypt: boolean;
}

async function importKind(facts: PrivateKeyFacts, spki: Bytes, may: Uses): Promise<StoredRsaKey | StoredEcKey | StoredSignatureKey | StoredAgreementKey> {
  switch (facts.kind) {
    case "rsa":
      // PSS-only identifiers are not imported by WebCrypto, so every RSA key goes in as rsaEncryption.
      return overwriting(rsaPkcs8(facts.rsaPrivateKey), (pkcs8) => importRsa(facts, pkcs8, may));
    case "ec":
      return overwriting(ecPkcs8(facts.scalar, readPublicKey(spki)), (pkcs8) => importEc(facts, pkcs8, may));
    case "ed25519": {
      const signing = may.sign ? await overwriting(curve25519Pkcs8("ed25519", facts.secret), (pkcs8) => importPkcs8(pkcs8, { name: "Ed25519" }, "sign")) : null;
      return { kind: "ed25519", signing };
    }
    case "x25519": {
      const agreement = may.decrypt ? await overwriting(curve25519Pkcs8("x25519", facts.secret), (pkcs8) => importPkcs8(pkcs8, { name: "X25519" }, "deriveBits")) : null;
      return { kind: "x25519", agreement };
    }
  }
}

/** Uses a copy of a private key and overwrites it; what JavaScript keeps elsewhere of numbers that were read nobody can. */
async function overwriting<T>(pkcs8: Bytes, use: (pkcs8: Bytes) => Promise<T>): Promise<T> {
  try {
    return await use(pkcs8);
  } finally {
    pkcs8.fill(0);
  }
}

function importPkcs8(pkcs8: Bytes, algorithm: RsaHashedImportParams | EcKeyImportParams | { name: string }, use: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, [use]);
}

async function importRsa(facts: PrivateKeyFacts & { kind: "rsa" }, pkcs8: Bytes, may: Uses): Promise<StoredRsaKey> {
  const bits = facts.numbers.n.toString(2).length;
  if (bits < MIN_BITS) throw new SmimeError("keys.weak");
  const scheme = facts.pssOnly ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
  const signers = async (name: string): Promise<Record<DigestName, CryptoKey>> => {
    const signer = (digest: DigestName): Promise<CryptoKey> => importPkcs8(pkcs8, { name, hash: DIGESTS[digest] }, "sign");
    return { sha256: await signer("sha256"), sha384: await signer("sha384"), sha512: await signer("sha512") };
  };
  const signs = may.sign && bits >= MIN_SIGNING_BITS;
  const signing = signs ? await signers(scheme) : null;
  const pss = signs && !facts.pssOnly ? await signers("RSA-PSS") : null;
  return { kind: "rsa", scheme, signing, pss, decryption: may.decrypt ? await importRsaDecryption(pkcs8) : null };
}

async function importRsaDecryption(pkcs8: Bytes): Promise<RsaDecryption> {
  const keys = await Promise.all(OAEP_HASHES.map((hash) => importPkcs8(pkcs8, { name: "RSA-OAEP", hash }, "decrypt")));
  const rejection = await rejectionSecret(pkcs8);
  const oaep = Object.fromEntries(OAEP_HASHES.map((hash, i) => [hash, keys[i]])) as Record<OaepHash, CryptoKey>;
  return { oaep, sealed: await seal(pkcs8), rejection };
}

async function rejectionSecret(pkcs8: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", pkcs8, "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("mailseal implicit rejection secret 1") };
  return crypto.subtle.deriveKey(parameters, material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

async function importEc(facts: PrivateKeyFacts & { kind: "ec" }, pkcs8: Bytes, may: Uses): Promise<StoredEcKey> {
  const namedCurve = WEB_CURVES[facts.curve]?.name;
  if (namedCurve === undefined) throw new SmimeError("keys.algorithm");
  return {
    kind: "ec",
    curve: facts.curve,
    signing: may.sign ? await importPkcs8(pkcs8, { name: "ECDSA", namedCurve }, "sign") : null,
    agreement: may.decrypt ? await importPkcs8(pkcs8, { name: "ECDH", namedCurve }, "deriveBits") : null,
  };
}
