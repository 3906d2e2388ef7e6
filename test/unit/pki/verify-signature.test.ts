import { constants, createHash, generateKeyPairSync, type KeyObject, privateEncrypt, randomBytes, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { derBitString, derInteger, derNull, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
import { OID, type OidName } from "../../../src/pki/oids.ts";
import { digestOfSignature, verifyWithKey } from "../../../src/pki/verify-signature.ts";

const data: Bytes = new TextEncoder().encode("to be signed");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const curves = { prime256v1: "sha256", secp384r1: "sha384", secp521r1: "sha512" } as const;

const spkiOf = (key: KeyObject): Bytes => new Uint8Array(key.export({ type: "spki", format: "der" }));
const algorithm = (name: OidName, ...parameters: Uint8Array[]) => parseAlgorithm(derSequence(derOid(OID[name]), ...parameters));
const digest = (name: OidName) => derSequence(derOid(OID[name]), derNull());

function pss(hash: OidName, salt: number, mask: OidName = hash) {
  return algorithm("rsassaPss", derSequence(derTagged(0, digest(hash)), derTagged(1, derSequence(derOid(OID.mgf1), digest(mask))), derTagged(2, derInteger(salt))));
}

function check(key: KeyObject, with_: ReturnType<typeof algorithm>, signature: Uint8Array, of: string | null = null) {
  return verifyWithKey(spkiOf(key), with_, data, new Uint8Array(signature), { digest: of });
}

describe("signatures of others (AL-02, PC-03)", () => {
  it.each(["sha1", "sha224", "sha256", "sha384", "sha512"] as const)("RSA v1.5 with %s, named whole or by key and digest", async (hash) => {
    const signature = sign(hash, data, rsa.privateKey);
    expect(await check(rsa.publicKey, algorithm(`${hash}WithRSAEncryption`, derNull()), signature)).toBe("valid");
    expect(await check(rsa.publicKey, algorithm("rsaEncryption", derNull()), signature, hash)).toBe("valid");
    expect(await check(rsa.publicKey, algorithm("rsaEncryption"), signature, hash === "sha256" ? "sha512" : "sha256")).toBe("broken");
    signature[9] = (signature[9] as number) ^ 1;
    expect(await check(rsa.publicKey, algorithm(`${hash}WithRSAEncryption`, derNull()), signature)).toBe("broken");
  });

  it.each([0, 20, 32, 222])("RSA-PSS with a salt of %i octets, under both key identifiers", async (saltLength) => {
    const own = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
    for (const pair of [rsa, own]) {
      const signature = sign("sha256", data, { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
      expect(await check(pair.publicKey, pss("sha256", saltLength), signature)).toBe("valid");
      expect(await check(pair.publicKey, pss("sha256", saltLength + 1), signature)).not.toBe("valid");
    }
  });

  it("a key for PSS alone, or with parameters of its own, allows nothing else (RFC 4055)", async () => {
    const strict = generateKeyPairSync("rsa-pss", { modulusLength: 2048, hashAlgorithm: "sha512", mgf1HashAlgorithm: "sha512" });
    const signature = sign("sha256", data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    expect(await check(strict.publicKey, pss("sha256", 32), signature)).toBe("broken");
    expect(await check(strict.publicKey, algorithm("sha256WithRSAEncryption", derNull()), signature)).toBe("broken");
  });

  it.each(Object.entries(curves))("ECDSA on %s", async (namedCurve, hash) => {
    const pair = generateKeyPairSync("ec", { namedCurve });
    for (let i = 0; i < 8; i++) {
      const signature = sign(hash, data, pair.privateKey);
      expect(await check(pair.publicKey, algorithm(`ecdsa-with-${hash.toUpperCase()}` as OidName), signature)).toBe("valid");
    }
    expect(await check(pair.publicKey, algorithm("ecdsa-with-SHA256"), new Uint8Array(8))).toBe("broken");
  });

  it("Ed25519", async () => {
    const pair = generateKeyPairSync("ed25519");
    const signature = sign(null, data, pair.privateKey);
    expect(await check(pair.publicKey, algorithm("ED25519"), signature)).toBe("valid");
    expect(await check(pair.publicKey, algorithm("ED25519", derNull()), signature)).toBe("broken");
    expect(await check(rsa.publicKey, algorithm("ED25519"), signature)).toBe("broken");
  });

  it("what is not known is unknown, not broken and not valid", async () => {
    const signature = sign("sha256", data, rsa.privateKey);
    expect(await check(rsa.publicKey, algorithm("md5WithRSAEncryption", derNull()), signature)).toBe("unknown");
    expect(await check(rsa.publicKey, algorithm("rsaEncryption", derNull()), signature, "md5")).toBe("unknown");
    expect(await check(rsa.publicKey, pss("sha256", 32, "md5"), signature)).toBe("unknown");
    expect(await check(rsa.publicKey, pss("md5", 32), signature)).toBe("unknown");
    expect(await check(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey, algorithm("ecdsa-with-SHA256"), signature)).toBe("unknown");
    expect(await verifyWithKey(new Uint8Array(3), algorithm("sha256WithRSAEncryption"), data, new Uint8Array(256))).toBe("unknown");
  });

  it("tells the digest that a signature rests on", () => {
    expect(digestOfSignature(algorithm("sha1WithRSAEncryption"))).toBe("sha1");
    expect(digestOfSignature(algorithm("md5WithRSAEncryption"))).toBe("md5");
    expect(digestOfSignature(pss("sha384", 48))).toBe("sha384");
    expect(digestOfSignature(algorithm("rsaEncryption"))).toBeNull();
  });
});

/** EMSA-PSS-ENCODE (RFC 8017 §9.1.1) of a text for a key of `bits`, each step of it changeable. */
function encodePss(bits: number, hash: string, mask: string, saltLength: number, change: { separator?: number; padding?: number; trailer?: number; top?: number } = {}): Buffer {
  const length = Math.ceil((bits - 1) / 8);
  const salt = randomBytes(saltLength);
  const digestOf = (...parts: Uint8Array[]) => parts.reduce((made, part) => made.update(part), createHash(hash)).digest();
  const h = digestOf(Buffer.alloc(8), digestOf(data), salt);
  const block = Buffer.concat([Buffer.alloc(length - saltLength - h.length - 2, change.padding ?? 0), Buffer.of(change.separator ?? 1), salt]);
  const stream = Buffer.concat(Array.from({ length: 20 }, (_, i) => createHash(mask).update(h).update(Buffer.of(0, 0, 0, i)).digest()));
  const masked = block.map((octet, i) => octet ^ (stream[i] as number));
  masked[0] = (masked[0] as number) & (0xff >> (8 * length - (bits - 1))) | (change.top ?? 0);
  return Buffer.concat([masked, h, Buffer.of(change.trailer ?? 0xbc)]);
}

/** Signs an encoded message with the bare private operation. */
function raw(key: KeyObject, encoded: Buffer, octets: number): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.concat([Buffer.alloc(octets - encoded.length), encoded]));
}

describe("signatures that WebCrypto cannot check (AL-02)", () => {
  it.each([["sha256", "sha1", 32], ["sha256", "sha512", 0], ["sha512", "sha256", 64], ["sha224", "sha224", 28], ["sha1", "sha256", 20], ["sha256", "sha224", 190]] as const)(
    "RSA-PSS, %s with a mask of %s and a salt of %i octets",
    async (hash, mask, salt) => {
      const signature = raw(rsa.privateKey, encodePss(2048, hash, mask, salt), 256);
      expect(await check(rsa.publicKey, pss(hash, salt, mask), signature)).toBe("valid");
      expect(await check(rsa.publicKey, pss(hash, salt + 1, mask), signature)).toBe("broken");
      // As many octets as the modulus has: the same number written otherwise is no signature (RFC 8017 §8.1.2).
      expect(await check(rsa.publicKey, pss(hash, salt, mask), Buffer.concat([Buffer.alloc(1), signature]))).toBe("broken");
      expect(await check(rsa.publicKey, pss(hash, salt, mask === "sha256" ? "sha384" : "sha256"), signature)).toBe("broken");
      signature[100] = (signature[100] as number) ^ 1;
      expect(await check(rsa.publicKey, pss(hash, salt, mask), signature)).toBe("broken");
    },
  );

  it.each([2041, 2047, 2050, 2052])("RSA-PSS under a modulus of %i bits: the encoded message is shorter by a bit", async (bits) => {
    const own = generateKeyPairSync("rsa", { modulusLength: bits });
    const signature = raw(own.privateKey, encodePss(bits, "sha256", "sha1", 32), Math.ceil(bits / 8));
    expect(await check(own.publicKey, pss("sha256", 32, "sha1"), signature)).toBe("valid");
  });

  it.each([
    ["another separator", { separator: 2 }],
    ["padding that is not zero", { padding: 1 }],
    ["another last octet", { trailer: 0xcc }],
    ["a bit above the encoded message's length", { top: 0x02 }],
  ])("RSA-PSS with %s is broken (RFC 8017 §9.1.2)", async (_what, change) => {
    const own = generateKeyPairSync("rsa", { modulusLength: 2050 });
    const modulus = Buffer.from(own.publicKey.export({ format: "jwk" }).n ?? "", "base64url");
    let encoded = encodePss(2050, "sha256", "sha1", 32, change);
    // What is signed is below the modulus, which a number with that bit need not be.
    while ("top" in change && ((encoded[0] as number) !== change.top || Buffer.compare(encoded, modulus) >= 0)) encoded = encodePss(2050, "sha256", "sha1", 32, change);
    expect(await check(own.publicKey, pss("sha256", 32, "sha1"), raw(own.privateKey, encoded, 257))).toBe("broken");
    expect(await check(own.publicKey, pss("sha256", 32, "sha1"), raw(own.privateKey, encodePss(2050, "sha256", "sha1", 32), 257))).toBe("valid");
  });

  it("RSA with SHA-224: other paddings, lengths and encodings are broken", async () => {
    const info = Buffer.concat([Buffer.from("302d300d06096086480165030402040500041c", "hex"), createHash("sha224").update(data).digest()]);
    const padded = (fill: number, first = 1, extra = 0) => Buffer.concat([Buffer.of(0, first), Buffer.alloc(256 - info.length - 3 - extra, fill), Buffer.of(0), info, Buffer.alloc(extra)]);
    const named = algorithm("sha224WithRSAEncryption", derNull());
    const good = raw(rsa.privateKey, padded(0xff), 256);
    expect(await check(rsa.publicKey, named, good)).toBe("valid");
    for (const encoded of [padded(0xfe), padded(0xff, 2), padded(0xff, 1, 8)]) expect(await check(rsa.publicKey, named, raw(rsa.privateKey, encoded, 256))).toBe("broken");
    expect(await check(rsa.publicKey, named, good.subarray(1))).toBe("broken");
    expect(await check(rsa.publicKey, named, Buffer.concat([Buffer.alloc(1), good]))).toBe("broken");
    expect(await check(rsa.publicKey, named, Buffer.alloc(256, 0xff))).toBe("broken");
  });

  it("keys that would only cost time are not computed (SG-06)", async () => {
    const named = algorithm("sha224WithRSAEncryption", derNull());
    const rsaKey = (bits: bigint, exponent: bigint) => derSequence(derSequence(derOid(OID.rsaEncryption), derNull()), derBitString(derSequence(derInteger((1n << bits) - 1n), derInteger(exponent))));
    const checked = (bits: number, exponent: bigint) => verifyWithKey(rsaKey(BigInt(bits), exponent), named, data, new Uint8Array(Math.ceil(bits / 8)));
    expect(await checked(8192, 65537n)).toBe("broken");
    expect(await checked(8193, 65537n)).toBe("unknown");
    expect(await checked(2048, (1n << 33n) - 1n)).toBe("broken");
    expect(await checked(2048, (1n << 33n) + 1n)).toBe("unknown");
    expect(await checked(2048, 1n)).toBe("unknown");
    expect(await checked(2048, 65536n)).toBe("unknown");
  });

  it.each(Object.keys(curves))("ECDSA with SHA-224 on %s", async (namedCurve) => {
    const named = algorithm("ecdsa-with-SHA224");
    for (let i = 0; i < 12; i++) {
      const pair = generateKeyPairSync("ec", { namedCurve });
      const signature = sign("sha224", data, pair.privateKey);
      expect(await check(pair.publicKey, named, signature)).toBe("valid");
      expect(await check(pair.publicKey, algorithm("id-ecPublicKey"), signature, "sha224")).toBe("valid");
      expect(await check(generateKeyPairSync("ec", { namedCurve }).publicKey, named, signature)).toBe("broken");
      expect(await check(pair.publicKey, named, sign("sha256", data, pair.privateKey))).toBe("broken");
    }
  });

  it("ECDSA: numbers out of range and points off the curve", async () => {
    const named = algorithm("ecdsa-with-SHA224");
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const value = (r: bigint, s: bigint) => derSequence(derInteger(r), derInteger(s));
    for (const [r, s] of [[0n, 1n], [1n, 0n], [order, 1n], [1n, order], [1n, 1n], [order - 1n, order - 1n]] as const) {
      expect(await check(publicKey, named, value(r, s))).toBe("broken");
    }
    const spki = spkiOf(publicKey);
    spki[40] = (spki[40] as number) ^ 1;
    expect(await verifyWithKey(spki, named, data, new Uint8Array(sign("sha224", data, privateKey)))).toBe("unknown");
    // The same signature with -s is as good, as everywhere with ECDSA.
    const [r, s] = sign("sha224", data, { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("hex").match(/.{64}/g) as [string, string];
    expect(await check(publicKey, named, value(BigInt(`0x${r}`), order - BigInt(`0x${s}`)))).toBe("valid");
  });

  it("ECDSA whose two points are the same or opposite, where adding them has no slope", async () => {
    const named = algorithm("ecdsa-with-SHA224");
    const e = BigInt(`0x${createHash("sha224").update(data).digest("hex")}`);
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const x = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n;
    // The generator itself as public key (its private key is 1): s = (e + r) / k, k = 1.
    const generator = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    const spki = derSequence(derSequence(derOid(OID["id-ecPublicKey"]), derOid(OID.prime256v1)), derBitString(new Uint8Array(Buffer.from(generator, "hex"))));
    const signature = derSequence(derInteger(x % order), derInteger((e + x) % order));
    expect(await verifyWithKey(spki, named, data, signature)).toBe("valid");
    // -G: its private key is order - 1, so s = e - r.
    const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
    const y = (prime - 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n).toString(16).padStart(64, "0");
    const opposite = derSequence(derSequence(derOid(OID["id-ecPublicKey"]), derOid(OID.prime256v1)), derBitString(new Uint8Array(Buffer.from(generator.slice(0, 66) + y, "hex"))));
    expect(await verifyWithKey(opposite, named, data, derSequence(derInteger(x % order), derInteger((((e - x) % order) + order) % order)))).toBe("valid");
  });
});
