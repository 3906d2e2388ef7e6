import { constants, generateKeyPairSync, publicEncrypt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bytes, hex } from "../../../src/base/bytes.ts";
import { toOctets } from "../../../src/keys/big-integer.ts";
import { readPkcs8, type RsaPrivateNumbers } from "../../../src/keys/pkcs8.ts";
import { rsaPrivateOperation } from "../../../src/keys/rsa-private-operation.ts";
import { decryptV15 } from "../../../src/keys/rsa-v15.ts";

/** A key too small to be imported, whose numbers show what happens at the edges. */
const pair = generateKeyPairSync("rsa", { modulusLength: 512 });
const numbers = ((): RsaPrivateNumbers => {
  const facts = readPkcs8(new Uint8Array(pair.privateKey.export({ type: "pkcs8", format: "der" })));
  if (facts.kind !== "rsa") throw new Error(facts.kind);
  return facts.numbers;
})();

describe("the RSA private operation (RFC 8017 §5.1.2)", () => {
  it("takes numbers below the modulus, in exactly as many octets", () => {
    // An odd exponent leaves -1 as it is.
    expect(rsaPrivateOperation(numbers, toOctets(numbers.n - 1n, 64))).toEqual(toOctets(numbers.n - 1n, 64));
    expect(rsaPrivateOperation(numbers, toOctets(numbers.n, 64))).toBeNull();
    expect(rsaPrivateOperation(numbers, toOctets(1n, 65))).toBeNull();
    expect(rsaPrivateOperation(numbers, toOctets(1n, 63))).toBeNull();
  });

  it.each(["dp", "dq", "qInverse"] as const)("gives nothing away where a number of the key is wrong: %s", (name) => {
    expect(() => rsaPrivateOperation({ ...numbers, [name]: numbers[name] + 2n }, toOctets(12345n, 64))).toThrow("keys.algorithm");
  });
});

describe("RSAES-PKCS1-v1_5 in a small modulus (RFC 8017 §7.2.2)", () => {
  const raw = (encoded: Buffer): Bytes => new Uint8Array(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, encoded));
  const encode = (padding: number): Buffer => Buffer.concat([Buffer.of(0, 2), Buffer.alloc(padding, 7), Buffer.of(0), Buffer.alloc(61 - padding, 9)]);
  const decrypt = async (padding: number): Promise<string> => {
    const secret = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return hex(await decryptV15(numbers, secret, raw(encode(padding)), 61 - padding));
  };

  it("takes eight octets of padding, and rejects seven as it rejects everything", async () => {
    expect(await decrypt(8)).toBe("09".repeat(53));
    const rejected = await decrypt(7);
    expect(rejected).toHaveLength(2 * 54);
    expect(rejected).not.toBe("09".repeat(54));
  });
});
