import { type Bytes, randomBytes, fromHex } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import type { RecipientCertificate } from "../protocol/draft.ts";
import type { Certificate } from "../pki/certificate.ts";
import { derBitString, derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../pki/der.ts";
import { power, toNumber } from "../pki/modular.ts";
import { OID } from "../pki/oids.ts";
import { readPublicKey, readRsaPublicKey } from "../pki/public-key.ts";
import type { RecipientInfo } from "./build-enveloped.ts";
import { issuerAndSerial, keyIdentifier } from "./holder.ts";

/** AL-07: nothing is encrypted to less; above, the work is no longer reasonable. */
export const LEAST_TRANSPORT_BITS = 2048;
const MAX_BITS = 16384;

/** KeyTransRecipientInfo (RFC 5652 §6.2.1), DER. Throws `keys.weak`, `keys.algorithm`. */
export async function transportRecipient(certificate: Certificate, recipient: RecipientCertificate, contentKey: Bytes): Promise<RecipientInfo> {
  if (certificate.keyBits < LEAST_TRANSPORT_BITS) throw new SmimeError("keys.weak");
  if (certificate.keyBits > MAX_BITS) throw new SmimeError("keys.algorithm");
  // A key under id-RSAES-OAEP is for OAEP alone (RFC 4055 §1.2).
  const oaep = recipient.keyTransport === "rsaesOaep" || certificate.keyAlgorithm === "rsaesOaep";
  const [algorithm, encryptedKey] = oaep
    ? [OAEP_SHA256, await encryptOaep(certificate, contentKey)]
    : [derSequence(derOid(OID.rsaEncryption), derNull()), encryptPkcs1(certificate, contentKey)];
  const byIdentifier = recipient.useKeyIdentifier ? keyIdentifier(certificate) : null;
  const der = derSequence(
    derInteger(byIdentifier === null ? 0 : 2),
    byIdentifier ?? issuerAndSerial(certificate),
    algorithm,
    derOctetString(encryptedKey),
  );
  return { der, plain: byIdentifier === null };
}

const SHA256 = derSequence(derOid(OID.sha256), derNull());

/** RSAES-OAEP-params (RFC 4055 §4.1): SHA-256 for hash and mask; without a label the field is its default and left out. */
const OAEP_SHA256 = derSequence(
  derOid(OID.rsaesOaep),
  derSequence(derTagged(0, SHA256), derTagged(1, derSequence(derOid(OID.mgf1), SHA256))),
);

async function encryptOaep(certificate: Certificate, contentKey: Bytes): Promise<Bytes> {
  const { key } = readPublicKey(certificate.spki);
  // WebCrypto imports RSA keys under rsaEncryption only.
  const spki = derSequence(derSequence(derOid(OID.rsaEncryption), derNull()), derBitString(key));
  const imported = await crypto.subtle.importKey("spki", spki, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP" }, imported, contentKey));
}

/** RSAES-PKCS1-v1_5 encryption (RFC 8017 §7.2.1), which WebCrypto does not have. It needs the public key only. */
function encryptPkcs1(certificate: Certificate, contentKey: Bytes): Bytes {
  const { modulus, exponent } = readRsaPublicKey(readPublicKey(certificate.spki).key);
  // RFC 8017 §3.1: the exponent is odd and at least 3; a large one would only cost time.
  if (exponent < 3n || exponent >= 1n << 64n || exponent % 2n === 0n) throw new SmimeError("keys.algorithm");
  const octets = Math.ceil(certificate.keyBits / 8);
  const block = new Uint8Array(octets);
  block[1] = 2;
  block.set(nonZero(octets - 3 - contentKey.length), 2);
  block.set(contentKey, octets - contentKey.length);
  const value = power(toNumber(block), exponent, modulus);
  return fromHex(value.toString(16).padStart(2 * octets, "0"));
}

/** Random octets without zero: a zero would end the padding. */
function nonZero(length: number): Bytes {
  const out = randomBytes(length);
  for (let i = 0; i < length; i++) while (out[i] === 0) out[i] = randomBytes(1)[0] as number;
  return out;
}
