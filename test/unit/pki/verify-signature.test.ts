import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/base/bytes.ts";
import { parseAlgorithm } from "../../../src/pki/algorithm.ts";
import { derInteger, derNull, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
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
  return verifyWithKey(spkiOf(key), with_, data, new Uint8Array(signature), of);
}

describe("signatures of others (AL-02, PC-03)", () => {
  it.each(["sha1", "sha256", "sha384", "sha512"] as const)("RSA v1.5 with %s, named whole or by key and digest", async (hash) => {
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
    expect(await check(rsa.publicKey, pss("sha256", 32, "sha1"), signature)).toBe("unknown");
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
