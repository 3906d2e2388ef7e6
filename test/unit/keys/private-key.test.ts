import { constants, createHash, generateKeyPairSync, publicEncrypt, randomBytes as nodeRandom, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bytes, equal, hex } from "../../../src/base/bytes.ts";
import { modPow, toBigInt, toOctets } from "../../../src/keys/big-integer.ts";
import { importSoftwareKey, openStoredKey } from "../../../src/keys/private-key.ts";
import { readPkcs8 } from "../../../src/keys/pkcs8.ts";
import { derBitString, derInteger, derNull, derOctetString, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
import { OID, type OidName } from "../../../src/pki/oids.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { readPssParameters } from "../../../src/pki/pss-parameters.ts";
import { certificateFor } from "./support/certificate.ts";
import { bytes, keyOf } from "./support/key-of.ts";

const rsa = await keyOf(generateKeyPairSync("rsa", { modulusLength: 2048 }));
const V15 = derSequence(derOid(OID.rsaEncryption), derNull());

function oaep(hash: OidName, mask: OidName, label?: Uint8Array): Bytes {
  const algorithm = (name: OidName) => derSequence(derOid(OID[name]), derNull());
  const source = label === undefined ? [] : [derTagged(2, derSequence(derOid(OID.pSpecified), derOctetString(label)))];
  const parameters = derSequence(derTagged(0, algorithm(hash)), derTagged(1, derSequence(derOid(OID.mgf1), algorithm(mask))), ...source);
  return derSequence(derOid(OID.rsaesOaep), parameters);
}

function transport(algorithm: Bytes, encryptedKey: Uint8Array, keyLength = 32) {
  return rsa.key.unwrap({ kind: "key-transport", certificateId: "", algorithm, encryptedKey: bytes(encryptedKey), keyLength });
}

/** Encrypts a whole encoded message without any padding of the library's. */
function raw(encoded: Uint8Array): Buffer {
  return publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_NO_PADDING }, encoded);
}

describe("RSAES-PKCS1-v1_5 (AL-03)", () => {
  it.each([5, 16, 24, 32])("opens a key of %i octets", async (length) => {
    const content = nodeRandom(length);
    const encrypted = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, content);
    expect(hex(await transport(V15, encrypted, length))).toBe(content.toString("hex"));
  });

  const good = Buffer.concat([Buffer.from([0, 2]), Buffer.alloc(256 - 35, 7), Buffer.from([0]), Buffer.alloc(32, 9)]);
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(good);
    copy[at] = value;
    return copy;
  };

  it("reads the encoding that the wrong ones are made from", async () => {
    expect(hex(await transport(V15, raw(good)))).toBe("09".repeat(32));
  });

  it.each([
    ["first octet", raw(changed(0, 1))],
    ["block type", raw(changed(1, 1))],
    ["a zero among the first eight of the padding", raw(changed(5, 0))],
    ["a zero elsewhere in the padding: a longer key", raw(changed(200, 0))],
    ["no separator: a shorter key or none", raw(changed(223, 3))],
    ["ciphertext too short", nodeRandom(255)],
    ["ciphertext out of range", Buffer.alloc(256, 0xff)],
    ["ciphertext of zeros", Buffer.alloc(256)],
    ["empty ciphertext", Buffer.alloc(0)],
  ])("answers a wrong padding with a key that looks like any other and stays the same: %s", async (_what, ciphertext) => {
    const first = await transport(V15, ciphertext);
    const second = await transport(V15, ciphertext);
    expect(first.length).toBe(32);
    expect(equal(first, second)).toBe(true);
    expect(hex(first)).not.toBe("09".repeat(32));
    expect(new Set(first).size).toBeGreaterThan(8);
  });

  const answersOf = (ciphertext: Uint8Array, ...pairs: { key: typeof rsa.key }[]): Promise<Bytes[]> =>
    Promise.all(pairs.map(({ key }) => key.unwrap({ kind: "key-transport", certificateId: "", algorithm: V15, encryptedKey: bytes(ciphertext), keyLength: 32 })));

  it("another key answers the same ciphertext with another key", async () => {
    const other = await keyOf(generateKeyPairSync("rsa", { modulusLength: 2048 }));
    // Below either modulus.
    const [one, two] = await answersOf(Buffer.concat([Buffer.of(0), nodeRandom(255)]), rsa, other);
    expect(equal(one as Bytes, two as Bytes)).toBe(false);
  });

  it("the same key answers alike after every import, so that unlocking it again tells nothing", async () => {
    const again = await keyOf({ publicKey: rsa.publicKey, privateKey: rsa.privateKey });
    const [one, two] = await answersOf(raw(changed(1, 1)), rsa, again);
    expect(hex(one as Bytes)).toBe(hex(two as Bytes));
  });
});

describe("RSAES-OAEP (AL-03)", () => {
  it.each(["sha1", "sha256", "sha384", "sha512"] as const)("%s for both", async (hash) => {
    const content = nodeRandom(32);
    const encrypted = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, content);
    expect(hex(await transport(oaep(hash, hash), encrypted))).toBe(content.toString("hex"));
    await expect(transport(oaep("sha256", "sha1"), encrypted)).rejects.toThrow("cms.decrypt-failed");
  });

  it("a label", async () => {
    const label = Buffer.from("label");
    const encrypted = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: label }, Buffer.alloc(32, 1));
    expect(hex(await transport(oaep("sha256", "sha256", label), encrypted))).toBe("01".repeat(32));
    await expect(transport(oaep("sha256", "sha256"), encrypted)).rejects.toThrow("cms.decrypt-failed");
  });

  function mask(hash: string, seed: Buffer, data: Buffer): Buffer {
    const blocks = Array.from({ length: 20 }, (_, i) => createHash(hash).update(seed).update(Buffer.from([0, 0, 0, i])).digest());
    const stream = Buffer.concat(blocks);
    return Buffer.from(data.map((octet, i) => octet ^ (stream[i] as number)));
  }

  function encode(hash: string, maskHash: string, label: string, content: Buffer, change: { first?: number; padding?: number; separator?: number } = {}): Buffer {
    const labelHash = createHash(hash).update(label).digest();
    const padding = Buffer.alloc(256 - content.length - 2 * labelHash.length - 2);
    padding[3] = change.padding ?? 0;
    const block = Buffer.concat([labelHash, padding, Buffer.from([change.separator ?? 1]), content]);
    const seed = nodeRandom(labelHash.length);
    const maskedBlock = mask(maskHash, seed, block);
    return Buffer.concat([Buffer.from([change.first ?? 0]), mask(maskHash, maskedBlock, seed), maskedBlock]);
  }

  it.each([
    ["sha256", "sha1", ""],
    ["sha1", "sha256", "x"],
    ["sha512", "sha256", ""],
    ["sha224", "sha224", ""],
    ["sha224", "sha1", "x"],
  ] as const)("%s masked with %s, label '%s'", async (hash, maskHash, label) => {
    const encoded = encode(hash, maskHash, label, Buffer.alloc(32, 5));
    const algorithm = oaep(hash, maskHash, Buffer.from(label));
    expect(hex(await transport(algorithm, raw(encoded)))).toBe("05".repeat(32));
    encoded[20] = (encoded[20] as number) ^ 1;
    await expect(transport(algorithm, raw(encoded))).rejects.toThrow("cms.decrypt-failed");
  });

  it.each([
    ["another label", "y", {}],
    ["another first octet", "x", { first: 1 }],
    ["an octet in the padding", "x", { padding: 7 }],
    ["another separator", "x", { separator: 2 }],
  ])("refuses %s (RFC 8017 §7.1.2)", async (_what, label, change) => {
    // Octets above one, so that no later one is taken for the separator.
    const encoded = encode("sha256", "sha1", label, Buffer.alloc(32, 5), change);
    await expect(transport(oaep("sha256", "sha1", Buffer.from("x")), raw(encoded))).rejects.toThrow("cms.decrypt-failed");
  });

  it("a key of another length than the cipher's is refused, not cut", async () => {
    const encrypted = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.alloc(16, 1));
    await expect(transport(oaep("sha256", "sha256"), encrypted)).rejects.toThrow("cms.decrypt-failed");
  });
});

describe("signing (AL-02)", () => {
  const data = bytes(Buffer.from("signed attributes"));

  it.each(["sha256", "sha384", "sha512"] as const)("RSA %s", async (digest) => {
    const { signature } = await rsa.key.sign(digest, data);
    expect(verify(digest, data, rsa.publicKey, signature)).toBe(true);
  });

  it.each(["prime256v1", "secp384r1", "secp521r1"])("ECDSA %s", async (namedCurve) => {
    const ec = await keyOf(generateKeyPairSync("ec", { namedCurve }));
    for (let i = 0; i < 8; i++) {
      const { signature } = await ec.key.sign("sha256", data);
      expect(verify("sha256", data, ec.publicKey, signature)).toBe(true);
    }
  });

  it("RSA-PSS for a key that says so", async () => {
    const pss = await keyOf(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }));
    const { signature } = await pss.key.sign("sha256", data);
    const options = { key: pss.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(verify("sha256", data, options, signature)).toBe(true);
    expect(pss.key.canDecrypt).toBe(false);
  });

  it.each(["sha256", "sha384", "sha512"] as const)("RSA-PSS with %s for a key under rsaEncryption that is asked for it", async (digest) => {
    const { signature, algorithm } = await rsa.key.sign(digest, data, true);
    const options = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    expect(verify(digest, data, options, signature)).toBe(true);
    expect(readPssParameters(parseAlgorithm(algorithm))).toEqual({ digest, maskDigest: digest, saltLength: Number(digest.slice(3)) / 8 });
    expect(rsa.key.canPss).toBe(true);
  });

  it("a key that was kept without RSA-PSS says so and never signs otherwise than it was asked to", async () => {
    const spki = bytes(rsa.publicKey.export({ type: "spki", format: "der" }));
    const stored = await importSoftwareKey(rsa.pkcs8, certificateFor(spki));
    if (stored.kind !== "rsa") throw new Error(stored.kind);
    delete stored.pss;
    const key = openStoredKey(stored);
    expect(key.canPss).toBe(false);
    await expect(key.sign("sha256", data, true)).rejects.toThrow("keys.algorithm");
    expect((await key.sign("sha256", data)).signature).toHaveLength(256);
  });

  it("Ed25519, which demands SHA-512 for the content", async () => {
    const edwards = await keyOf(generateKeyPairSync("ed25519"));
    const { signature } = await edwards.key.sign("sha512", data);
    expect(verify(null, data, edwards.publicKey, signature)).toBe(true);
    expect(edwards.key.requiredDigest).toBe("sha512");
  });
});

describe("what a key may do", () => {
  it("follows the certificate's key usage", async () => {
    const signing = await keyOf(rsa, 0x80);
    expect([signing.key.canSign, signing.key.canDecrypt]).toEqual([true, false]);
    await expect(signing.key.unwrap({ kind: "key-transport", certificateId: "", algorithm: V15, encryptedKey: bytes(nodeRandom(256)), keyLength: 32 })).rejects.toThrow("keys.wrong-use");
    const reading = await keyOf(rsa, 0x20);
    expect([reading.key.canSign, reading.key.canDecrypt]).toEqual([false, true]);
    await expect(reading.key.sign("sha256", bytes(nodeRandom(1)))).rejects.toThrow("keys.wrong-use");
  });

  it("keeps nothing extractable and no key in the clear", async () => {
    const spki = bytes(rsa.publicKey.export({ type: "spki", format: "der" }));
    const stored = await importSoftwareKey(rsa.pkcs8, certificateFor(spki));
    const octets: Bytes[] = [];
    const walk = (value: unknown): void => {
      if (value instanceof CryptoKey) return expect(value.extractable).toBe(false);
      if (value instanceof Uint8Array) return void octets.push(bytes(value));
      if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
    };
    walk(stored);
    const facts = readPkcs8(rsa.pkcs8);
    const prime = facts.kind === "rsa" ? toOctets(facts.numbers.p, 128) : new Uint8Array();
    for (const each of octets) expect(Buffer.from(each).includes(Buffer.from(prime))).toBe(false);
  });

  it("refuses a certificate of the same modulus with another exponent, and a key of more than two primes", async () => {
    const facts = readPkcs8(rsa.pkcs8);
    if (facts.kind !== "rsa") throw new Error(facts.kind);
    const { n, e, d, p, q, dp, dq, qInverse } = facts.numbers;
    const spki = derSequence(V15, derBitString(derSequence(derInteger(n), derInteger(3n))));
    await expect(importSoftwareKey(rsa.pkcs8, certificateFor(spki))).rejects.toThrow("keys.wrong-use");
    const ofVersion = (version: number) => derSequence(derInteger(0), V15, derOctetString(derSequence(derInteger(version), ...[n, e, d, p, q, dp, dq, qInverse].map((each) => derInteger(each)))));
    expect(readPkcs8(ofVersion(0))).toMatchObject({ kind: "rsa" });
    expect(() => readPkcs8(ofVersion(1))).toThrow("keys.algorithm");
  });

  it("says no more of a request that cannot be read than of one that does not open (UI-08)", async () => {
    await expect(transport(Uint8Array.of(0x30, 5, 6), nodeRandom(256))).rejects.toThrow("cms.decrypt-failed");
    const broken = derSequence(derOid(OID.rsaesOaep), derSequence(derTagged(0, derNull())));
    await expect(transport(broken, nodeRandom(256))).rejects.toThrow("cms.decrypt-failed");
  });

  it("refuses a certificate of another key, and short keys for signing (AL-07)", async () => {
    const other = bytes(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }));
    await expect(importSoftwareKey(rsa.pkcs8, certificateFor(other))).rejects.toThrow("keys.wrong-use");
    const short = await keyOf(generateKeyPairSync("rsa", { modulusLength: 1024 }));
    expect([short.key.canSign, short.key.canDecrypt]).toEqual([false, true]);
    await expect(keyOf(generateKeyPairSync("rsa", { modulusLength: 512 }))).rejects.toThrow("keys.weak");
  });
});

describe("big integers", () => {
  it("agree with plain arithmetic", () => {
    expect(modPow(5n, 0n, 7n)).toBe(1n);
    for (const exponent of [1n, 16n, 65537n]) expect(modPow(12345n, exponent, 998244353n)).toBe(12345n ** exponent % 998244353n);
    expect(toBigInt(toOctets(258n, 4))).toBe(258n);
    expect(() => toOctets(65536n, 2)).toThrow(RangeError);
    expect(derInteger(128n)).toEqual(Uint8Array.of(2, 2, 0, 128));
  });
});
