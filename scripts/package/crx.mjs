import { createHash, createPrivateKey, createPublicKey, createSign } from "node:crypto";

/** Of `CrxFileHeader`, `AsymmetricKeyProof` and `SignedData` (Chromium, components/crx_file/crx3.proto). */
const FIELD = { sha256WithRsa: 2, signedHeaderData: 10000, publicKey: 1, signature: 2, crxId: 1 };

/** What is signed begins with these words, so that the signature serves for nothing else. */
const CONTEXT = Buffer.from("CRX3 SignedData\0", "latin1");

function varint(value) {
  const octets = [];
  for (; value > 127; value = Math.floor(value / 128)) octets.push((value % 128) | 128);
  return Buffer.from([...octets, value]);
}

/** A length-delimited field (Protocol Buffers encoding, wire type 2). */
const field = (number, octets) => Buffer.concat([varint(number * 8 + 2), varint(octets.length), octets]);

function uint32(value) {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value);
  return octets;
}

/** SubjectPublicKeyInfo, DER, which is also the manifest's `key` in base64. @param {string} pem of the private key */
export const publicKeyOf = (pem) => createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "der" });

const crxId = (publicKey) => createHash("sha256").update(publicKey).digest().subarray(0, 16);

/** Chromium's id of an extension: the first 128 bits of its public key's SHA-256, written with the letters a to p. @param {Uint8Array} publicKey */
export const extensionId = (publicKey) => crxId(publicKey).toString("hex").replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 16)));

/**
 * A CRX file of version 3 around a zip archive: `Cr24`, 3, the header's length, header, archive. RSASSA-PKCS1-v1_5 makes the same
 * signature each time; the browser's own packer writes the time of packing into the archive.
 * @param {Uint8Array} archive
 * @param {string} pem RSA private key
 * @returns {Buffer}
 */
export function crx3(archive, pem) {
  const publicKey = publicKeyOf(pem);
  const signedHeaderData = field(FIELD.crxId, crxId(publicKey));
  const signature = createSign("sha256").update(CONTEXT).update(uint32(signedHeaderData.length)).update(signedHeaderData).update(archive).sign(pem);
  const proof = Buffer.concat([field(FIELD.publicKey, publicKey), field(FIELD.signature, signature)]);
  const header = Buffer.concat([field(FIELD.sha256WithRsa, proof), field(FIELD.signedHeaderData, signedHeaderData)]);
  return Buffer.concat([Buffer.from("Cr24", "latin1"), uint32(3), uint32(header.length), header, archive]);
}
