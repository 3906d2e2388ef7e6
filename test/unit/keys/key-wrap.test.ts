import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bytes, hex } from "../../../src/base/bytes.ts";
import { unwrapKey } from "../../../src/keys/key-wrap.ts";

const kek = new Uint8Array(Array.from({ length: 24 }, (_, i) => 17 * i + 1));
const content = new Uint8Array(Array.from({ length: 24 }, (_, i) => 31 * i + 2));

function cbc(iv: Buffer, data: Buffer): Buffer {
  const cipher = createCipheriv("des-ede3-cbc", kek, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** Triple DES Key Wrap (RFC 3217 §3.1) of a key with a checksum. */
function wrapped(key: Uint8Array, checksum: Buffer): Bytes {
  const iv = Buffer.from("dd17f0e5c2a94b38", "hex");
  const turned = Buffer.concat([iv, cbc(iv, Buffer.concat([key, checksum]))]).reverse();
  return new Uint8Array(cbc(Buffer.from("4adda22c79e82105", "hex"), turned));
}

describe("Triple DES Key Wrap (RFC 3217; OL-01)", () => {
  const checksum = createHash("sha1").update(content).digest().subarray(0, 8);
  const unwrap = (octets: Bytes) => unwrapKey("id-smime-alg-CMS3DESwrap", kek, octets);

  it("opens what another implementation wrapped", async () => {
    expect(hex(await unwrap(wrapped(content, checksum)))).toBe(hex(content));
  });

  it.each(Array.from({ length: 8 }, (_, i) => i))("refuses a checksum whose octet %i is another", async (i) => {
    const wrong = Buffer.from(checksum);
    wrong[i] = (wrong[i] as number) ^ 0x80;
    await expect(unwrap(wrapped(content, wrong))).rejects.toThrow("cms.decrypt-failed");
  });

  it.each([0, 32, 39, 48])("refuses %i octets", async (length) => {
    const good = wrapped(content, checksum);
    const octets = new Uint8Array(length);
    octets.set(good.subarray(0, length));
    await expect(unwrap(octets)).rejects.toThrow("cms.decrypt-failed");
  });
});
