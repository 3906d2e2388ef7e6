import { type Bytes, concat } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { RecipientCertificate } from "../protocol/draft.ts";
import type { Certificate } from "../pki/certificate.ts";
import { derBitString, derElement, derInteger, derOctetString, derOid, derSequence, derTagged } from "../pki/der.ts";
import { OID } from "../pki/oids.ts";
import { readPublicKey } from "../pki/public-key.ts";
import type { RecipientInfo } from "./build-enveloped.ts";
import { issuerAndSerial } from "./holder.ts";

interface Scheme {
  /** WebCrypto's algorithm of the key pair. */
  key: EcKeyImportParams | { name: "X25519" };
  /** Bits of the shared secret. */
  bits: number;
  scheme: string;
  digest: string;
  /** `x963` for X9.63 (RFC 5753 §7.2), `hkdf` for RFC 8418 §2.2. */
  kdf: "x963" | "hkdf";
  /** OriginatorPublicKey's AlgorithmIdentifier. */
  originator: Bytes;
}

/** Digests as strong as the curve (RFC 5753 §7.1.4); X25519 with HKDF (RFC 8418 §2.2, AL-03). */
const ec = derSequence(derOid(OID["id-ecPublicKey"]));
const schemes: Record<string, Scheme> = {
  prime256v1: { key: { name: "ECDH", namedCurve: "P-256" }, bits: 256, scheme: OID["dhSinglePass-stdDH-sha256kdf-scheme"], digest: "SHA-256", kdf: "x963", originator: ec },
  secp384r1: { key: { name: "ECDH", namedCurve: "P-384" }, bits: 384, scheme: OID["dhSinglePass-stdDH-sha384kdf-scheme"], digest: "SHA-384", kdf: "x963", originator: ec },
  // 66 octets: the field has 521 bits, and the shared secret is written in whole octets (SEC 1 §2.3.5).
  secp521r1: { key: { name: "ECDH", namedCurve: "P-521" }, bits: 528, scheme: OID["dhSinglePass-stdDH-sha512kdf-scheme"], digest: "SHA-512", kdf: "x963", originator: ec },
  X25519: { key: { name: "X25519" }, bits: 256, scheme: OID["dhSinglePass-stdDH-hkdf-sha256-scheme"], digest: "SHA-256", kdf: "hkdf", originator: derSequence(derOid(OID.X25519)) },
};

/** KeyAgreeRecipientInfo with one recipient (RFC 5652 §6.2.2, RFC 5753 §3.1): ephemeral-static, DER. Throws `keys.algorithm`. */
export async function agreementRecipient(certificate: Certificate, recipient: RecipientCertificate, contentKey: Bytes): Promise<RecipientInfo> {
  const scheme = schemes[certificate.keyAlgorithm === "X25519" ? "X25519" : (certificate.keyCurve ?? "")];
  if (scheme === undefined) throw new SmimeError("keys.algorithm");
  const { ephemeral, secret } = await agree(scheme, certificate.spki);
  const wrap = derSequence(derOid(contentKey.length === 16 ? OID["id-aes128-wrap"] : OID["id-aes256-wrap"]));
  // AL-03: a key of the content key's length; for 192 bits, which Chromium cannot wrap with, the longer one.
  const length = contentKey.length === 16 ? 16 : 32;
  const kek = await deriveKek(scheme, secret, sharedInfo(wrap, length), length);
  const encryptedKey = await wrapKey(kek, contentKey);
  const der = derTagged(
    1,
    derInteger(3),
    derTagged(0, derTagged(1, scheme.originator, derBitString(ephemeral))),
    derSequence(derOid(scheme.scheme), wrap),
    derSequence(derSequence(holder(certificate, recipient), derOctetString(encryptedKey))),
  );
  return { der, plain: false };
}

/** KeyAgreeRecipientIdentifier: issuer and serial, or [0] RecipientKeyIdentifier. */
function holder(certificate: Certificate, recipient: RecipientCertificate): Bytes {
  const identifier = recipient.useKeyIdentifier ? certificate.subjectKeyIdentifier : null;
  return identifier === null ? issuerAndSerial(certificate) : derTagged(0, derOctetString(identifier));
}

async function agree(scheme: Scheme, spki: Bytes): Promise<{ ephemeral: Bytes; secret: Bytes }> {
  let peer: CryptoKey;
  try {
    peer = await crypto.subtle.importKey("spki", normalisedSpki(spki), scheme.key, false, []);
  } catch (cause) {
    // A point that is not on the curve, or a platform without X25519.
    throw new SmimeError("keys.algorithm", { cause });
  }
  const pair = (await crypto.subtle.generateKey(scheme.key, false, ["deriveBits"])) as CryptoKeyPair;
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = new Uint8Array(await crypto.subtle.deriveBits({ name: scheme.key.name, public: peer }, pair.privateKey, scheme.bits));
  return { ephemeral, secret };
}

/** The key under plain id-ecPublicKey or X25519, as WebCrypto imports it. */
function normalisedSpki(spki: Bytes): Bytes {
  const { algorithm, key } = readPublicKey(spki);
  return derSequence(algorithm.der, derBitString(key));
}

/** ECC-CMS-SharedInfo (RFC 5753 §7.2): key wrap algorithm, no ukm, length of the key-encryption key in bits. */
function sharedInfo(wrap: Bytes, keyLength: number): Bytes {
  const bits = new Uint8Array(4);
  new DataView(bits.buffer).setUint32(0, keyLength * 8);
  return derSequence(wrap, derElement(0xa2, derOctetString(bits)));
}

async function deriveKek(scheme: Scheme, secret: Bytes, info: Bytes, length: number): Promise<Bytes> {
  if (scheme.kdf === "hkdf") {
    const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    // RFC 8418 §2.2: without ukm there is no salt.
    const parameters = { name: "HKDF", hash: scheme.digest, salt: new Uint8Array(0), info };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, length * 8));
  }
  // One round of X9.63's KDF suffices: every digest here has at least the 32 octets of the longest key.
  const block = await crypto.subtle.digest(scheme.digest, concat(secret, Uint8Array.of(0, 0, 0, 1), info));
  return new Uint8Array(block, 0, length);
}

/** AES Key Wrap (RFC 3394). */
async function wrapKey(kek: Bytes, contentKey: Bytes): Promise<Bytes> {
  const wrapping = await crypto.subtle.importKey("raw", kek, "AES-KW", false, ["wrapKey"]);
  const key = await crypto.subtle.importKey("raw", contentKey, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
  return new Uint8Array(await crypto.subtle.wrapKey("raw", key, wrapping, "AES-KW"));
}
