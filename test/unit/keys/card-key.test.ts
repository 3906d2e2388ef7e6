import { constants, createECDH, createHash, generateKeyPairSync, privateDecrypt, publicEncrypt, sign, verify } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { type CardOperations, cardKeyFacts, cardPrivateKey } from "../../../src/keys/card-key.ts";
import { parseCertificate } from "../../../src/pki/certificate.ts";
import { derNull, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import type { DecryptReply } from "../../../src/protocol/card-messages.ts";
import { certificateFor } from "./support/certificate.ts";
import { bytes } from "./support/key-of.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaCertificate = certificateFor(rsa.publicKey.export({ type: "spki", format: "der" }));
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ecCertificate = certificateFor(ec.publicKey.export({ type: "spki", format: "der" }));
const secret = crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

function keyWith(certificate: Bytes, change: Partial<CardOperations>, mechanisms = ["rsa-pkcs1", "rsa-raw", "rsa-pss", "ecdsa", "ecdh"] as const) {
  const facts = cardKeyFacts(parseCertificate(certificate), mechanisms);
  if (facts === null) throw new Error("no key");
  const not = (): never => {
    throw new Error("not to be asked");
  };
  return cardPrivateKey(certificate, facts, { ready: () => Promise.resolve(), sign: not, decrypt: not, derive: not, rejection: () => secret, ...change });
}

const v15 = derSequence(derOid(OID.rsaEncryption), derNull());

describe("a key on a card", () => {
  it("gets the digest of the signed attributes, and the signature is CMS's own (SG-01)", async () => {
    const data = bytes(Buffer.from("signed attributes"));
    const asked = vi.fn((scheme: string) => Promise.resolve(bytes(scheme === "ecdsa" ? sign("sha256", data, { key: ec.privateKey, dsaEncoding: "ieee-p1363" }) : sign("sha256", data, rsa.privateKey))));
    const one = await keyWith(rsaCertificate, { sign: asked }).sign("sha256", data);
    expect(asked).toHaveBeenCalledWith("rsa-pkcs1", "sha256", bytes(createHash("sha256").update(data).digest()));
    expect(verify("sha256", data, rsa.publicKey, one.signature)).toBe(true);
    const two = await keyWith(ecCertificate, { sign: asked }).sign("sha256", data);
    expect(verify("sha256", data, ec.publicKey, two.signature)).toBe(true);
  });

  const keyLength = 32;
  const contentKey = Buffer.alloc(keyLength, 7);
  const request = (encryptedKey: Uint8Array) => ({ kind: "key-transport", certificateId: "", algorithm: v15, encryptedKey: bytes(encryptedKey), keyLength }) as const;
  const raw = (ciphertext: Uint8Array): DecryptReply => ({ form: "encoded", octets: bytes(privateDecrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, ciphertext)) });

  it("opens a wrapped key from the whole block and from what the card took out", async () => {
    const encryptedKey = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey);
    expect(await keyWith(rsaCertificate, { decrypt: ({ encryptedKey: given }) => Promise.resolve(raw(given)) }).unwrap(request(encryptedKey))).toEqual(bytes(contentKey));
    expect(await keyWith(rsaCertificate, { decrypt: () => Promise.resolve({ form: "plain", octets: bytes(contentKey) }) }).unwrap(request(encryptedKey))).toEqual(bytes(contentKey));
  });

  it("answers wrong padding, wrong length and refusal with the same key each time, which is no error (KT-02, RFC 3218 §2.3.2)", async () => {
    const short = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.alloc(16, 7));
    const answers = await Promise.all(
      [raw(short), { form: "encoded", octets: bytes(Buffer.alloc(256, 3)) }, { form: "plain", octets: bytes(Buffer.alloc(16)) }, { form: "refused", octets: new Uint8Array() }].map((reply) =>
        keyWith(rsaCertificate, { decrypt: () => Promise.resolve(reply as DecryptReply) }).unwrap(request(short)),
      ),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toHaveLength(keyLength);
    const other = await keyWith(rsaCertificate, { decrypt: () => Promise.resolve({ form: "refused", octets: new Uint8Array() }) }).unwrap(request(bytes(Buffer.alloc(256, 1))));
    expect(other).not.toEqual(answers[0]);
  });

  it("is not asked for a point that lies on no curve", async () => {
    const derive = vi.fn(() => Promise.resolve(bytes(Buffer.alloc(32))));
    const wrap = derSequence(derOid(OID["id-aes256-wrap"]));
    const algorithm = derSequence(derOid(OID["dhSinglePass-stdDH-sha256kdf-scheme"]), wrap);
    const key = keyWith(ecCertificate, { derive });
    const point = (octets: Uint8Array) => key.unwrap({ kind: "key-agreement", certificateId: "", algorithm, originatorKey: bytes(octets), originatorAlgorithm: null, ukm: null, encryptedKey: new Uint8Array(40), keyLength });
    const other = createECDH("prime256v1");
    const right = other.generateKeys();
    await expect(point(right.map((octet, i) => (i === 60 ? octet ^ 1 : octet)))).rejects.toThrow("cms.decrypt-failed");
    expect(derive).not.toHaveBeenCalled();
    await expect(point(right)).rejects.toThrow("cms.decrypt-failed");
    expect(derive).toHaveBeenCalledOnce();
  });
});
