import { type Bytes, concat } from "../base/bytes.ts";
import { digest, webCryptoDigest } from "../base/digest.ts";
import { SmimeError } from "../base/errors.ts";
import { type Algorithm, parseAlgorithm } from "../pki/algorithm.ts";
import { derOctetString, derSequence, derTagged } from "../pki/der.ts";
import type { KeyAgreementUnwrap } from "../protocol/key-port.ts";
import { unwrapKey, WRAP_KEY_LENGTHS } from "./key-wrap.ts";

/** Which derivation a key-agreement scheme names, and its digest by OpenSSL's name. Cofactor schemes equal the others on the curves here, whose cofactor is one. */
const SCHEMES: Record<string, { derivation: "x963" | "hkdf"; hash: string }> = {
  "dhSinglePass-stdDH-sha1kdf-scheme": { derivation: "x963", hash: "sha1" },
  "dhSinglePass-stdDH-sha224kdf-scheme": { derivation: "x963", hash: "sha224" },
  "dhSinglePass-stdDH-sha256kdf-scheme": { derivation: "x963", hash: "sha256" },
  "dhSinglePass-stdDH-sha384kdf-scheme": { derivation: "x963", hash: "sha384" },
  "dhSinglePass-stdDH-sha512kdf-scheme": { derivation: "x963", hash: "sha512" },
  "dhSinglePass-cofactorDH-sha1kdf-scheme": { derivation: "x963", hash: "sha1" },
  "dhSinglePass-cofactorDH-sha224kdf-scheme": { derivation: "x963", hash: "sha224" },
  "dhSinglePass-cofactorDH-sha256kdf-scheme": { derivation: "x963", hash: "sha256" },
  "dhSinglePass-cofactorDH-sha384kdf-scheme": { derivation: "x963", hash: "sha384" },
  "dhSinglePass-cofactorDH-sha512kdf-scheme": { derivation: "x963", hash: "sha512" },
  "dhSinglePass-stdDH-hkdf-sha256-scheme": { derivation: "hkdf", hash: "sha256" },
  "dhSinglePass-stdDH-hkdf-sha384-scheme": { derivation: "hkdf", hash: "sha384" },
  "dhSinglePass-stdDH-hkdf-sha512-scheme": { derivation: "hkdf", hash: "sha512" },
};

/** A private key for agreement with its kind, as WebCrypto names it. */
export interface AgreementKey {
  key: CryptoKey;
  algorithm: { name: "ECDH"; namedCurve: string } | { name: "X25519" };
  /** Octets of the shared secret. */
  octets: number;
}

/**
 * Opens a KeyAgreeRecipientInfo's encrypted key: ephemeral-static ECDH on P-256, P-384, P-521 (RFC 5753) or X25519 (RFC 8418).
 * @throws SmimeError `cms.decrypt-failed`, `cms.algorithm-unknown`.
 */
export function agreeAndUnwrap(own: AgreementKey, request: KeyAgreementUnwrap): Promise<Bytes> {
  return unwrapAgreed((point) => agree(own, point), request);
}

/**
 * The same with a shared secret that is made elsewhere; see `agreeAndUnwrap`.
 * @param agree The shared secret with the originator's key, raw.
 */
export async function unwrapAgreed(agree: (originatorKey: Bytes) => Promise<Bytes>, request: KeyAgreementUnwrap): Promise<Bytes> {
  const algorithm = parseAlgorithm(request.algorithm);
  const scheme = SCHEMES[algorithm.name];
  if (scheme === undefined || algorithm.parametersDer === null) throw new SmimeError("cms.algorithm-unknown");
  const wrap = parseAlgorithm(algorithm.parametersDer);
  const kekLength = WRAP_KEY_LENGTHS[wrap.name];
  if (kekLength === undefined) throw new SmimeError("cms.algorithm-unknown");
  const secret = await agree(request.originatorKey);
  const info = sharedInfo(wrap, request.ukm, kekLength);
  const kek = scheme.derivation === "x963" ? await x963(scheme.hash, secret, info, kekLength) : await hkdf(scheme.hash, secret, request.ukm, info, kekLength);
  return unwrapKey(wrap.name, kek, request.encryptedKey);
}

/** The platform checks that the point lies on the curve. */
async function agree(own: AgreementKey, originatorKey: Bytes): Promise<Bytes> {
  try {
    const theirs = await crypto.subtle.importKey("raw", originatorKey, own.algorithm, false, []);
    // The whole shared secret: for P-521 that is 528 bits, the leading seven of them zero.
    const bits = await crypto.subtle.deriveBits({ name: own.algorithm.name, public: theirs }, own.key, own.octets * 8);
    return new Uint8Array(bits);
  } catch (error) {
    throw new SmimeError("cms.decrypt-failed", { cause: error });
  }
}

/**
 * ECC-CMS-SharedInfo (RFC 5753 §7.2). The wrap algorithm goes in as it was received, for senders differ in absent and
 * NULL parameters; a ukm that is absent leaves its field out, which an empty one does not.
 */
function sharedInfo(wrap: Algorithm, ukm: Bytes | null, kekLength: number): Bytes {
  const bits = new Uint8Array(4);
  new DataView(bits.buffer).setUint32(0, kekLength * 8);
  const entity = ukm === null ? [] : [derTagged(0, derOctetString(ukm))];
  return derSequence(wrap.der, ...entity, derTagged(2, derOctetString(bits)));
}

/** The key derivation of ANSI X9.63 (SEC 1 §3.6.1). */
async function x963(hash: string, secret: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const blocks: Bytes[] = [];
  for (let done = 0; done < length; done += (blocks[0] as Bytes).length) {
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, blocks.length + 1);
    blocks.push((await digest(hash, concat(secret, counter, info))) as Bytes);
  }
  return concat(...blocks).slice(0, length);
}

/** HKDF (RFC 5869) as RFC 8418 §2.2 uses it: the ukm, where there is one, is the salt too. */
async function hkdf(hash: string, secret: Bytes, ukm: Bytes | null, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: webCryptoDigest(hash) as string, salt: ukm ?? new Uint8Array(), info }, key, length * 8));
}
