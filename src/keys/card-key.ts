import { type Bytes, utf8 } from "../base/bytes.ts";
import { digest } from "../base/digest.ts";
import { SmimeError } from "../base/errors.ts";
import { parseAlgorithm } from "../pki/algorithm.ts";
import { type Certificate, parseCertificate } from "../pki/certificate.ts";
import { derEcdsaSignature } from "../pki/ecdsa-signature.ts";
import { readPublicKey, readRsaPublicKey } from "../pki/public-key.ts";
import { keyUsageAllows } from "../pki/purpose.ts";
import type { CardMechanism, DecryptReply } from "../protocol/card-messages.ts";
import type { DigestName, KeyTransportUnwrap, UnwrapRequest } from "../protocol/key-port.ts";
import { WEB_CURVES } from "./curves.ts";
import { unwrapAgreed } from "./key-agreement.ts";
import { decodeOaep, readOaepParameters } from "./oaep.ts";
import type { PrivateKey } from "./private-key.ts";
import { decodeV15 } from "./rsa-v15.ts";
import { type SignatureScheme, signatureAlgorithm } from "./sign.ts";

/** What a card's key does; throws the codes of `keys.card-*` and `keys.locked`. */
export interface CardOperations {
  /** Throws `keys.locked` while the card waits for its PIN, `keys.card-removed`. */
  ready(): Promise<void>;
  sign(scheme: SignatureScheme, digestName: DigestName, data: Bytes): Promise<Bytes>;
  decrypt(question: { padding: "pkcs1" | "oaep"; hash: string; maskHash: string; label: Bytes; encryptedKey: Bytes }): Promise<DecryptReply>;
  derive(point: Bytes): Promise<Bytes>;
  /** HMAC-SHA-256, of this browser; what a wrong ciphertext is answered with follows from it. */
  rejection(): Promise<CryptoKey>;
}

/** RFC 8551 §4.2 (AL-07), as for keys in the browser. */
const MIN_SIGNING_BITS = 2048;

/** What a card's key can do, as far as its certificate and the card's software tell. */
export interface CardKeyFacts {
  kind: "rsa" | "ec" | "ed25519";
  curve: string;
  canSign: boolean;
  canDecrypt: boolean;
  requiredDigest: DigestName | null;
  canPss: boolean;
  /** Under id-RSASSA-PSS it signs so unasked. */
  pssOnly: boolean;
}

/** Null for a certificate whose key is of no kind that is used here. */
export function cardKeyFacts(certificate: Certificate, mechanisms: readonly CardMechanism[]): CardKeyFacts | null {
  const can = (...needed: CardMechanism[]): boolean => needed.some((each) => mechanisms.includes(each));
  const [maySign, mayDecrypt] = [keyUsageAllows(certificate, "sign"), keyUsageAllows(certificate, "encrypt")];
  const none = { curve: "", canPss: false, pssOnly: false, requiredDigest: null };
  const publicKey = readPublicKey(certificate.spki);
  switch (publicKey.algorithm.name) {
    case "rsaEncryption":
    case "rsassaPss": {
      const bits = readRsaPublicKey(publicKey.key).modulus.toString(2).length;
      const pssOnly = publicKey.algorithm.name === "rsassaPss";
      const signs = maySign && bits >= MIN_SIGNING_BITS && can(pssOnly ? "rsa-pss" : "rsa-pkcs1");
      return { ...none, kind: "rsa", canSign: signs, canDecrypt: mayDecrypt && !pssOnly && can("rsa-pkcs1", "rsa-raw"), canPss: signs && can("rsa-pss"), pssOnly };
    }
    case "ED25519":
      return { ...none, kind: "ed25519", canSign: maySign && can("ed25519"), canDecrypt: false, requiredDigest: "sha512" };
    default: {
      const { curve } = publicKey;
      if (curve === null || WEB_CURVES[curve] === undefined) return null;
      return { ...none, kind: "ec", curve, canSign: maySign && can("ecdsa"), canDecrypt: mayDecrypt && can("ecdh") };
    }
  }
}

/** A key on a card. What is signed or opened goes there as a digest or a wrapped key; nothing of the private key comes back. */
export function cardPrivateKey(certificate: Bytes, facts: CardKeyFacts, card: CardOperations): PrivateKey {
  const { kind, canSign, canDecrypt, requiredDigest, canPss, pssOnly } = facts;
  return {
    certificate,
    canSign,
    canDecrypt,
    requiredDigest,
    canPss,
    ready: () => card.ready(),
    async sign(digestName, data, pss = false) {
      if (!canSign) throw new SmimeError("keys.wrong-use");
      if (pss && kind === "rsa" && !canPss) throw new SmimeError("keys.algorithm");
      const scheme: SignatureScheme = kind === "rsa" ? (pss || pssOnly ? "rsa-pss" : "rsa-pkcs1") : kind === "ec" ? "ecdsa" : "ed25519";
      const signed = await card.sign(scheme, digestName, scheme === "ed25519" ? data : ((await digest(digestName, data)) as Bytes));
      return { signature: scheme === "ecdsa" ? derEcdsaSignature(signed) : signed, algorithm: signatureAlgorithm(scheme, digestName) };
    },
    async unwrap(request) {
      if (!canDecrypt) throw new SmimeError("keys.wrong-use");
      const key = await unwrapWith(certificate, facts, card, request).catch((error: unknown) => {
        throw error instanceof SmimeError && error.code !== "pki.malformed" ? error : new SmimeError("cms.decrypt-failed", { cause: error });
      });
      if (key.length !== request.keyLength) throw new SmimeError("cms.decrypt-failed");
      return key;
    },
  };
}

async function unwrapWith(certificate: Bytes, { kind, curve }: CardKeyFacts, card: CardOperations, request: UnwrapRequest): Promise<Bytes> {
  if (kind === "rsa" && request.kind === "key-transport") return unwrapRsa(certificate, card, request);
  if (kind !== "ec" || request.kind !== "key-agreement") throw new SmimeError("cms.decrypt-failed");
  const namedCurve = WEB_CURVES[curve]?.name ?? "";
  return unwrapAgreed(async (point) => {
    // Cards need not look whether a point lies on their curve, and one that does not would tell of the key.
    await crypto.subtle.importKey("raw", point, { name: "ECDH", namedCurve }, false, []).catch((error: unknown) => {
      throw new SmimeError("cms.decrypt-failed", { cause: error });
    });
    return card.derive(point);
  }, request);
}

async function unwrapRsa(certificate: Bytes, card: CardOperations, { algorithm: der, encryptedKey, keyLength }: KeyTransportUnwrap): Promise<Bytes> {
  const algorithm = parseAlgorithm(der);
  switch (algorithm.name) {
    case "rsaEncryption": {
      const secret = await rejectionSecret(certificate, await card.rejection());
      const reply = await card.decrypt({ padding: "pkcs1", hash: "sha1", maskHash: "sha1", label: new Uint8Array(), encryptedKey });
      const size = encryptedKey.length;
      const block = reply.form === "encoded" && reply.octets.length === size ? reply.octets : reply.form === "plain" ? padded(reply.octets, size) : new Uint8Array(size);
      return decodeV15(block, secret, encryptedKey, keyLength);
    }
    case "rsaesOaep": {
      const parameters = readOaepParameters(algorithm);
      const reply = await card.decrypt({ padding: "oaep", ...parameters, encryptedKey });
      const found = reply.form === "plain" ? reply.octets : reply.form === "encoded" ? await decodeOaep(parameters, reply.octets) : null;
      if (found === null) throw new SmimeError("cms.decrypt-failed");
      return found;
    }
    default:
      throw new SmimeError("cms.algorithm-unknown");
  }
}

/** What a card took out of a block, as the block would have been: so a wrong length ends where wrong padding does. */
function padded(plain: Bytes, size: number): Bytes {
  const block = new Uint8Array(size).fill(0xff);
  const at = size - plain.length - 1;
  if (at < 10) return new Uint8Array(size);
  block.set([0, 2]);
  block[at] = 0;
  block.set(plain, at + 1);
  return block;
}

/** A secret for each key, so that two cards answer differently. */
async function rejectionSecret(certificate: Bytes, ofBrowser: CryptoKey): Promise<CryptoKey> {
  const id = utf8(await parseCertificate(certificate).sha256());
  const octets = new Uint8Array(await crypto.subtle.sign("HMAC", ofBrowser, id));
  return crypto.subtle.importKey("raw", octets, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
