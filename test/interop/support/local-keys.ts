import { constants, createDecipheriv, createHash, createPublicKey, diffieHellman, hkdfSync, type KeyObject, privateDecrypt, sign as signData } from "node:crypto";
import { type Bytes, concat, copy } from "../../../src/base/bytes.ts";
import { SmimeError } from "../../../src/base/errors.ts";
import { ownCapabilities } from "../../../src/cms/capabilities.ts";
import { buildSignedAttributes } from "../../../src/cms/signed-attributes.ts";
import { assembleSignerInfo } from "../../../src/cms/signer-info.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { derBitString, derElement, derNull, derOctetString, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
import { contextTag, DerReader } from "../../../src/pki/der-reader.ts";
import { OID } from "../../../src/pki/oids.ts";
import { readPublicKey } from "../../../src/pki/public-key.ts";
import type { DigestName, KeyPort, KeyAgreementUnwrap, KeyTransportUnwrap } from "../../../src/protocol/key-port.ts";

/*
 * A KeyPort over PEM keys and node:crypto: a stand-in for tests, by another implementation than the extension's.
 * It has no implicit rejection and no limits.
 */

export interface LocalKey {
  certificate: Bytes;
  key: KeyObject;
}

export interface LocalKeys extends KeyPort {
  /** How often a private key was used. */
  operations: number;
}

/** The first identity signs. */
export function localKeys(identities: LocalKey[], signingTime = new Date("2030-01-02T03:04:05Z")): LocalKeys {
  const of = (id: string): LocalKey => {
    const found = identities[Number(id)];
    if (found === undefined) throw new SmimeError("keys.not-found");
    return found;
  };
  return {
    operations: 0,
    certificates: () =>
      Promise.resolve(identities.map(({ certificate }, index) => ({ id: String(index), certificate, canSign: true, canDecrypt: true }))),
    choose: ([first = ""]) => Promise.resolve(first),
    async sign({ digest, digestName }) {
      this.operations++;
      const identity = of("0");
      return { signerInfo: await signerInfo(identity, digest, digestName, signingTime), certificates: [identity.certificate] };
    },
    unwrap(request) {
      this.operations++;
      const { key } = of(request.certificateId);
      return Promise.resolve({ contentKey: request.kind === "key-transport" ? transport(key, request) : agreement(key, request) });
    },
  };
}

/** One SignerInfo over a content's digest. */
export async function signerInfo(identity: LocalKey, digest: Bytes, digestName: DigestName, signingTime: Date, encryptionCertificate: Bytes | null = null, services: readonly Bytes[] = []): Promise<Bytes> {
  const { certificate, key } = identity;
  const attributes = await buildSignedAttributes({
    digest,
    digestName,
    contentType: OID.data,
    signingTime,
    certificate,
    encryptionCertificate,
    services,
    capabilities: ownCapabilities(parseCertificate(encryptionCertificate ?? certificate)),
  });
  const algorithm =
    key.asymmetricKeyType === "rsa"
      ? derSequence(derOid(OID.rsaEncryption), derNull())
      : key.asymmetricKeyType === "ed25519"
        ? derSequence(derOid(OID.ED25519))
        : derSequence(derOid(OID[`ecdsa-with-${digestName.toUpperCase() as "SHA256"}`]));
  const signature = copy(signData(key.asymmetricKeyType === "ed25519" ? null : digestName, attributes, key));
  return assembleSignerInfo({ certificate, attributes, digestName, signatureAlgorithm: algorithm, signature });
}

function hash(name: string, ...data: Uint8Array[]): Bytes {
  const digest = createHash(name);
  for (const part of data) digest.update(part);
  return copy(digest.digest());
}

function transport(key: KeyObject, request: KeyTransportUnwrap): Bytes {
  const block = copy(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, request.encryptedKey));
  const algorithm = parseAlgorithm(request.algorithm);
  return algorithm.name === "rsaesOaep" ? withoutOaep(block, algorithm.parametersDer) : withoutPkcs1(block);
}

function withoutPkcs1(block: Bytes): Bytes {
  const end = block.indexOf(0, 2);
  if (block[0] !== 0 || block[1] !== 2 || end < 10) throw new SmimeError("cms.decrypt-failed");
  return block.slice(end + 1);
}

/** EME-OAEP decoding with any hash, mask hash and label (RFC 8017 §7.1.2). */
function withoutOaep(block: Bytes, parameters: Bytes | null): Bytes {
  const fields = parameters === null ? new DerReader(new Uint8Array(0)) : new DerReader(parameters).enter();
  const algorithm = (number: number): Bytes | null => fields.optional(contextTag(number))?.content ?? null;
  const hashName = nameIn(algorithm(0));
  const mask = algorithm(1);
  const maskName = mask === null ? "sha1" : nameIn(parseAlgorithm(mask).parametersDer);
  const source = algorithm(2);
  const label = source === null ? new Uint8Array(0) : new DerReader(parseAlgorithm(source).parametersDer as Bytes).next().content;
  const length = hash(hashName).length;
  const seed = xor(block.subarray(1, 1 + length), mgf1(maskName, block.subarray(1 + length), length));
  const data = xor(block.subarray(1 + length), mgf1(maskName, seed, block.length - length - 1));
  const one = data.indexOf(1, length);
  if (block[0] !== 0 || Buffer.compare(data.subarray(0, length), hash(hashName, label)) !== 0 || one < 0) throw new SmimeError("cms.decrypt-failed");
  return data.slice(one + 1);
}

function nameIn(der: Bytes | null): string {
  return der === null ? "sha1" : parseAlgorithm(der).name;
}

function mgf1(name: string, seed: Uint8Array, length: number): Bytes {
  const blocks: Bytes[] = [];
  for (let i = 0; blocks.length * hash(name).length < length; i++) blocks.push(hash(name, seed, Uint8Array.of(0, 0, 0, i)));
  return concat(...blocks).slice(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Bytes {
  return Uint8Array.from(a, (octet, i) => octet ^ (b[i] as number));
}

const wrapLengths: Record<string, number> = { "id-aes128-wrap": 16, "id-aes192-wrap": 24, "id-aes256-wrap": 32 };

function agreement(key: KeyObject, request: KeyAgreementUnwrap): Bytes {
  const algorithm = parseAlgorithm(request.algorithm);
  const wrap = parseAlgorithm(algorithm.parametersDer as Bytes);
  const length = wrapLengths[wrap.name];
  const digest = /(sha\d+)(kdf)?-/.exec(algorithm.name)?.[1];
  if (length === undefined || digest === undefined) throw new SmimeError("cms.algorithm-unknown");
  const own = readPublicKey(copy(createPublicKey(key).export({ format: "der", type: "spki" })));
  const peer = createPublicKey({ key: Buffer.from(derSequence(own.algorithm.der, derBitString(request.originatorKey))), format: "der", type: "spki" });
  const secret = diffieHellman({ privateKey: key, publicKey: peer });
  const bits = Uint8Array.of(0, 0, (length * 8) >> 8, (length * 8) & 0xff);
  const info = derSequence(wrap.der, ...(request.ukm === null ? [] : [derTagged(0, derOctetString(request.ukm))]), derElement(0xa2, derOctetString(bits)));
  const kek = algorithm.name.includes("hkdf") ? new Uint8Array(hkdfSync(digest, secret, request.ukm ?? new Uint8Array(0), info, length)) : x963(digest, secret, info, length);
  const cipher = createDecipheriv(`id-aes${length * 8}-wrap`, kek, Buffer.alloc(8, 0xa6));
  return copy(Buffer.concat([cipher.update(request.encryptedKey), cipher.final()]));
}

function x963(digest: string, secret: Uint8Array, info: Bytes, length: number): Bytes {
  const blocks: Bytes[] = [];
  for (let i = 1; concat(...blocks).length < length; i++) blocks.push(hash(digest, secret, Uint8Array.of(0, 0, 0, i), info));
  return concat(...blocks).slice(0, length);
}
