import { describe, expect, it } from "vitest";
import { hex } from "../../../src/base/bytes.ts";
import { readSignedAttributes } from "../../../src/cms/attributes.ts";
import { readBer } from "../../../src/cms/ber.ts";
import { type Capability, ownCapabilities, writeCapabilities } from "../../../src/cms/capabilities.ts";
import { buildSignedAttributes } from "../../../src/cms/signed-attributes.ts";
import { derElement, derOid, derSequence } from "../../../src/pki/der.ts";
import { OID } from "../../../src/pki/oids.ts";
import { attribute, makeSigner, usualAttributes } from "./support.ts";

const contentType = OID.data;
const input = { digest: new Uint8Array(32), digestName: "sha256", contentType, encryptionCertificate: null, capabilities: [] as Capability[] } as const;

describe("signed attributes that are written", () => {
  it("CP-01 holds each once, sorted as DER wants, and reads back", async () => {
    const alice = await makeSigner("alice");
    const bob = await makeSigner("bob", { serial: 0x80 });
    const signingTime = new Date("2026-05-06T07:08:09.999Z");
    const capabilities = ownCapabilities({ keyAlgorithm: "rsaEncryption" });
    const set = await buildSignedAttributes({ ...input, signingTime, certificate: alice.certificate, encryptionCertificate: bob.certificate, capabilities });
    expect(set[0]).toBe(0x31);
    const raw = readBer(set).children.map((child) => hex(child.raw));
    expect(raw).toEqual([...raw].sort());
    expect(raw).toHaveLength(6);
    const read = readSignedAttributes(readBer(set));
    expect(read.encodings).toEqual([set]);
    expect(read).toMatchObject({
      contentType,
      capabilities,
      signingTime: new Date("2026-05-06T07:08:09Z"),
      encryptionKeyPreference: { kind: "issuer-and-serial", serial: "80" },
      certificateHashes: [{ digest: "sha256" }],
    });
  });

  it.each([
    ["2049-12-31T23:59:59Z", "170d3439313233313233353935395a"],
    ["2050-01-01T00:00:00Z", "180f32303530303130313030303030305a"],
  ])("CP-04 signing time %s", async (time, expected) => {
    const { certificate } = await makeSigner("alice");
    const set = await buildSignedAttributes({ ...input, signingTime: new Date(time), certificate });
    expect(hex(set)).toContain(expected);
    expect(readSignedAttributes(readBer(set)).signingTime).toEqual(new Date(time));
  });

  it("refuses a digest of another length", async () => {
    const { certificate } = await makeSigner("alice");
    await expect(buildSignedAttributes({ ...input, digestName: "sha512", signingTime: new Date(0), certificate })).rejects.toThrow(RangeError);
  });
});

describe("CP-03 capabilities", () => {
  // The octets that RFC 3565 §5, RFC 3560 §5 and RFC 5753 §6 print.
  it("are written byte for byte", () => {
    expect(hex(writeCapabilities(["aes-128-cbc"]))).toBe("300d" + "300b0609608648016503040102");
    expect(hex(writeCapabilities(["aes-256-cbc"]))).toBe("300d" + "300b060960864801650304012a");
    expect(hex(writeCapabilities(["rsaesOaep"]))).toBe("300f" + "300d06092a864886f70d0101073000");
    // RFC 8551 §2.5.2 has no parameters for GCM, and none may be written as NULL (RFC 8103 §5 for ChaCha20-Poly1305).
    expect(hex(writeCapabilities(["aes-128-gcm", "aes-256-gcm"]))).toBe("301a" + "300b0609608648016503040106" + "300b060960864801650304012e");
    expect(hex(writeCapabilities(["chacha20-poly1305"]))).toBe("300f" + "300d060b2a864886f70d0109100312");
    // Each scheme with each key wrap that can be read, the longer key first.
    for (const [name, oid, ...wraps] of [
      ["dhSinglePass-stdDH-sha256kdf-scheme", "06062b8104010b01", "2d", "05"], ["dhSinglePass-stdDH-sha384kdf-scheme", "06062b8104010b02", "2d"],
      ["dhSinglePass-stdDH-sha512kdf-scheme", "06062b8104010b03", "2d"], ["dhSinglePass-stdDH-hkdf-sha256-scheme", "060b2a864886f70d0109100313", "2d", "05"],
    ] as const) {
      const entries = wraps.map((wrap) => `30${(oid.length / 2 + 13).toString(16)}${oid}300b06096086480165030401${wrap}`).join("");
      expect(hex(writeCapabilities([name])), name).toBe(`30${(entries.length / 2).toString(16)}${entries}`);
    }
  });

  it("keep the order of preference, and leave out what is unknown when read", async () => {
    const own = ownCapabilities({ keyAlgorithm: "id-ecPublicKey" });
    expect(own.slice(0, 5)).toEqual(["aes-256-gcm", "aes-128-gcm", "chacha20-poly1305", "aes-256-cbc", "aes-128-cbc"]);
    const written = [derSequence(derOid(OID["des-ede3-cbc"])), derSequence(derOid("1.2.3.4")), derSequence(derOid(OID["aes-128-cbc"])), derSequence(derOid(OID.sha1))];
    const set = derElement(0x31, ...(await usualAttributes(new Uint8Array(0))), attribute(OID.SMIMECapabilities, derSequence(...written)));
    expect(readSignedAttributes(readBer(set)).capabilities).toEqual(["des-ede3-cbc", "aes-128-cbc"]);
  });
});
