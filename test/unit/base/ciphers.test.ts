import { createCipheriv, randomBytes as nodeRandom } from "node:crypto";
import { decryptAesBlocks, decryptAesCbc, unwrapAesKey } from "../../../src/base/ciphers/aes.ts";
import { describe, expect, it } from "vitest";
import { fromHex, hex } from "../../../src/base/bytes.ts";
import { cbcDecrypt, withoutPadding } from "../../../src/base/ciphers/cbc.ts";
import { desDecipher, tripleDesDecipher } from "../../../src/base/ciphers/des.ts";
import { rc2Decipher } from "../../../src/base/ciphers/rc2.ts";

describe("old ciphers decrypt (OL-01)", () => {
  it("DES: the vector of FIPS 81", () => {
    const out = new Uint8Array(8);
    desDecipher(fromHex("0123456789abcdef")).decryptBlock(fromHex("3fa40e8a984d4815"), out, 0);
    expect(Buffer.from(out).toString()).toBe("Now is t");
  });

  it.each([24, 16])("Triple DES with %i octets agrees with another implementation", (length) => {
    for (let round = 0; round < 20; round++) {
      const key = nodeRandom(length);
      const iv = nodeRandom(8);
      const text = nodeRandom(round * 7);
      const cipher = createCipheriv(length === 24 ? "des-ede3-cbc" : "des-ede-cbc", key, iv);
      const encrypted = Buffer.concat([cipher.update(text), cipher.final()]);
      expect(hex(withoutPadding(cbcDecrypt(tripleDesDecipher(key), iv, encrypted)) ?? new Uint8Array())).toBe(text.toString("hex"));
    }
  });

  it.each([
    ["0000000000000000", 63, "ebb773f993278eff", "0000000000000000"],
    ["ffffffffffffffff", 64, "278b27e42e2f0d49", "ffffffffffffffff"],
    ["3000000000000000", 64, "30649edf9be7d2c2", "1000000000000001"],
    ["88", 64, "61a8a244adacccf0", "0000000000000000"],
    ["88bca90e90875a", 64, "6ccf4308974c267f", "0000000000000000"],
    ["88bca90e90875a7f0f79c384627bafb2", 64, "1a807d272bbe5db1", "0000000000000000"],
    ["88bca90e90875a7f0f79c384627bafb2", 128, "2269552ab0f85ca6", "0000000000000000"],
    ["88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "5b78d3a43dfff1f1", "0000000000000000"],
  ])("RC2: RFC 2268 §5, key %s, %i bits", (key, bits, ciphertext, plaintext) => {
    const out = new Uint8Array(8);
    rc2Decipher(fromHex(key), bits).decryptBlock(fromHex(ciphertext), out, 0);
    expect(hex(out)).toBe(plaintext);
  });

  it("refuses part blocks and wrong padding", () => {
    expect(() => cbcDecrypt(desDecipher(new Uint8Array(8)), new Uint8Array(8), new Uint8Array(7))).toThrow(RangeError);
    expect(withoutPadding(fromHex("0102030405060708"))).toBeNull();
    expect(withoutPadding(fromHex("0102030405060700"))).toBeNull();
    expect(withoutPadding(fromHex("0102030405060202"))).toEqual(fromHex("010203040506"));
    expect(withoutPadding(fromHex("0802030405060708"))).toBeNull();
    expect(withoutPadding(new Uint8Array())).toBeNull();
  });
});

describe("AES without WebCrypto", () => {
  // NIST SP 800-38A, F.2.5; the last block is the padding's, made with OpenSSL.
  const key = fromHex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b");
  const iv = fromHex("000102030405060708090a0b0c0d0e0f");
  const cipher = fromHex("4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd612ccd79224b350935d45dd6a98f8176");
  const plain = fromHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");

  it("CBC with 192 bits gives the standard's text, with and without padding, and refuses damage", () => {
    expect(decryptAesCbc(key, iv, cipher)).toEqual(plain);
    expect(decryptAesBlocks(key, iv, cipher.slice(0, 64))).toEqual(plain);
    const damaged = cipher.map((octet, i) => (i === 79 ? octet ^ 1 : octet));
    for (const data of [damaged, cipher.slice(0, 70), new Uint8Array(0)]) expect(() => decryptAesCbc(key, iv, data)).toThrow();
  });

  it("unwraps a key (RFC 3394 §4.4), and not a changed one", () => {
    const kek = fromHex("000102030405060708090a0b0c0d0e0f1011121314151617");
    const wrapped = fromHex("031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2");
    expect(unwrapAesKey(kek, wrapped)).toEqual(fromHex("00112233445566778899aabbccddeeff0001020304050607"));
    expect(() => unwrapAesKey(kek, wrapped.map((octet, i) => (i === 3 ? octet ^ 1 : octet)))).toThrow();
  });
});
