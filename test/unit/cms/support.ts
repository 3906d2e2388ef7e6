import { type Bytes, concat, utf8 } from "../../../src/base/bytes.ts";
import { buildSignedData } from "../../../src/cms/build-signed.ts";
import { encryptContent } from "../../../src/cms/content-encryption.ts";
import { readCms } from "../../../src/cms/content-info.ts";
import type { AuthEnvelopedData, EnvelopedData } from "../../../src/cms/enveloped-data.ts";
import type { SignedData } from "../../../src/cms/signed-data.ts";
import { assembleSignerInfo } from "../../../src/cms/signer-info.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import type { ContentCipher } from "../../../src/protocol/draft.ts";
import { derBitString, derElement, derInteger, derNull, derOctetString, derOid, derSequence, derSetOf, derTagged, derTime } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";

/** A self-made RSA key with a self-signed certificate: for what signatures and envelopes are worth by mathematics. */
export interface Signer {
  certificate: Bytes;
  keys: CryptoKeyPair;
}

export const sha256Rsa = derSequence(derOid(OID.sha256WithRSAEncryption), derNull());
export const rsa = derSequence(derOid(OID.rsaEncryption), derNull());

export async function makeSigner(name: string, options: { keys?: CryptoKeyPair; serial?: number; keyIdentifier?: Bytes } = {}): Promise<Signer> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" };
  const keys = options.keys ?? (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]));
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const dn = derSequence(derSetOf(derSequence(derOid("2.5.4.3"), derElement(0x0c, utf8(name)))));
  const validity = derSequence(derTime(new Date("2020-01-01T00:00:00Z")), derTime(new Date("2040-01-01T00:00:00Z")));
  const extensions =
    options.keyIdentifier === undefined
      ? []
      : [derTagged(3, derSequence(derSequence(derOid(OID.subjectKeyIdentifier), derOctetString(derOctetString(options.keyIdentifier)))))];
  const tbs = derSequence(derTagged(0, derInteger(2)), derInteger(options.serial ?? 1), sha256Rsa, dn, validity, dn, spki, ...extensions);
  return { certificate: derSequence(tbs, sha256Rsa, derBitString(await sign(keys, tbs))), keys };
}

export async function sign(keys: CryptoKeyPair, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", keys.privateKey, data));
}

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

export function attribute(type: string, ...values: Bytes[]): Bytes {
  return derSequence(derOid(type), derSetOf(...values));
}

/** content-type and message-digest, as every signature over attributes has them. */
export async function usualAttributes(content: Bytes): Promise<Bytes[]> {
  return [attribute(OID.contentType, derOid(OID.data)), attribute(OID.messageDigest, derOctetString(await sha256(content)))];
}

/** A SignerInfo over any attributes whatever, rightly signed. */
export async function infoOver(signer: Signer, attributes: Bytes[]): Promise<Bytes> {
  const set = derSetOf(...attributes);
  return assembleSignerInfo({ certificate: signer.certificate, attributes: set, digestName: "sha256", signatureAlgorithm: rsa, signature: await sign(signer.keys, set) });
}

/** A SignerInfo from its fields, for those that `assembleSignerInfo` would not write. */
export function rawInfo(fields: { sid: Bytes; digest?: Bytes; attributes?: Bytes; algorithm?: Bytes; signature: Bytes; unsigned?: Bytes }): Bytes {
  const { sid, digest = derSequence(derOid(OID.sha256)), attributes, algorithm = rsa, signature, unsigned } = fields;
  return derSequence(
    derInteger(sid[0] === 0x30 ? 1 : 3),
    sid,
    digest,
    ...(attributes === undefined ? [] : [concat(Uint8Array.of(0xa0), attributes.subarray(1))]),
    algorithm,
    derOctetString(signature),
    ...(unsigned === undefined ? [] : [derElement(0xa1, unsigned)]),
  );
}

export function sidOf(signer: Signer): Bytes {
  const { issuer, serial } = parseCertificate(signer.certificate);
  return derSequence(issuer.der, derInteger(Number.parseInt(serial, 16)));
}

export function signedObject(content: Bytes | null, certificates: Bytes[], signerInfos: Bytes[], contentType: string = OID.data): SignedData {
  return asSigned(buildSignedData({ content, contentType, signerInfos, certificates, digestNames: ["sha256"] }));
}

export function asSigned(bytes: Uint8Array): SignedData {
  const cms = readCms(bytes);
  if (cms.type !== "signed-data") throw new Error(cms.type);
  return cms;
}

export function asEnveloped(bytes: Uint8Array): EnvelopedData | AuthEnvelopedData {
  const cms = readCms(bytes);
  if (cms.type !== "enveloped-data" && cms.type !== "auth-enveloped-data") throw new Error(cms.type);
  return cms;
}

/** Content under a cipher of ours, the ciphertext in one piece. */
export async function encrypted(cipher: ContentCipher, secret: Bytes, plain: Bytes): Promise<{ algorithm: Bytes; ciphertext: Bytes; mac: Bytes | null }> {
  const { algorithm, ciphertext, mac } = await encryptContent(cipher, secret, [plain]);
  const pieces: Bytes[] = [];
  for await (const piece of ciphertext) pieces.push(piece);
  return { algorithm, ciphertext: concat(...pieces), mac };
}
