import { createCipheriv, createHash, generateKeyPairSync, randomBytes as nodeRandom } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bytes, hex } from "../../../src/base/bytes.ts";
import { derOctetString, derOid, derSequence, derTagged } from "../../../src/pki/der.ts";
import { OID, type OidName } from "../../../src/pki/oids.ts";
import { bytes, keyOf } from "./support/key-of.ts";

describe("key agreement on X25519 and P-256 (AL-03)", () => {
  const scheme = (name: OidName, wrap: OidName) => derSequence(derOid(OID[name]), derSequence(derOid(OID[wrap])));

  it.each([
    ["x25519", "dhSinglePass-stdDH-hkdf-sha256-scheme", "sha256"],
    ["x25519", "dhSinglePass-stdDH-hkdf-sha384-scheme", "sha384"],
    ["x25519", "dhSinglePass-stdDH-hkdf-sha512-scheme", "sha512"],
    ["ec", "dhSinglePass-stdDH-hkdf-sha256-scheme", "sha256"],
    ["ec", "dhSinglePass-stdDH-sha1kdf-scheme", "sha1"],
    ["ec", "dhSinglePass-stdDH-sha224kdf-scheme", "sha224"],
    ["ec", "dhSinglePass-stdDH-sha256kdf-scheme", "sha256"],
    ["ec", "dhSinglePass-cofactorDH-sha384kdf-scheme", "sha384"],
  ] as const)("opens what another implementation derived, with ukm and without: %s, %s", async (kind, name, hash) => {
    const generate = () => (kind === "x25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ec", { namedCurve: "prime256v1" }));
    const own = await keyOf(generate());
    const sender = generate();
    const { diffieHellman, hkdfSync } = await import("node:crypto");
    const secret = diffieHellman({ privateKey: sender.privateKey, publicKey: own.publicKey });
    const ukm = nodeRandom(16);
    const wrapped = (given: Uint8Array | null): Bytes => {
      const entity = given === null ? [] : [derTagged(0, derOctetString(bytes(given)))];
      const info = derSequence(derSequence(derOid(OID["id-aes256-wrap"])), ...entity, derTagged(2, derOctetString(Uint8Array.of(0, 0, 1, 0))));
      const block = (count: number) => createHash(hash).update(secret).update(Buffer.from([0, 0, 0, count])).update(info).digest();
      const kek = name.includes("hkdf") ? Buffer.from(hkdfSync(hash, secret, given ?? Buffer.alloc(0), info, 32)) : Buffer.concat([block(1), block(2)]).subarray(0, 32);
      const wrapper = createCipheriv("id-aes256-wrap", kek, Buffer.alloc(8, 0xa6));
      return bytes(Buffer.concat([wrapper.update(Buffer.alloc(32, 3)), wrapper.final()]));
    };
    const encryptedKey = wrapped(ukm);
    const spki = sender.publicKey.export({ type: "spki", format: "der" });
    const request = {
      kind: "key-agreement" as const,
      certificateId: "",
      algorithm: scheme(name, "id-aes256-wrap"),
      originatorKey: bytes(spki.subarray(kind === "x25519" ? -32 : -65)),
      originatorAlgorithm: null,
      ukm: bytes(ukm),
      encryptedKey,
      keyLength: 32,
    };
    expect(hex(await own.key.unwrap(request))).toBe("03".repeat(32));
    expect(hex(await own.key.unwrap({ ...request, ukm: null, encryptedKey: wrapped(null) }))).toBe("03".repeat(32));
    await expect(own.key.unwrap({ ...request, ukm: null })).rejects.toThrow("cms.decrypt-failed");
    await expect(own.key.unwrap({ ...request, ukm: new Uint8Array() })).rejects.toThrow("cms.decrypt-failed");
    await expect(own.key.unwrap({ ...request, originatorKey: bytes(nodeRandom(65)) })).rejects.toThrow("cms.decrypt-failed");
    await expect(own.key.unwrap({ ...request, algorithm: scheme("rsaEncryption", "id-aes256-wrap") })).rejects.toThrow("cms.algorithm-unknown");
  });
});
