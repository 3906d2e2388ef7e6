import { createCipheriv, createDecipheriv } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, concat, randomBytes } from "../../../src/base/bytes.ts";
import { decryptCbc, encryptCbc, withKey } from "../../../src/cms/cbc-chunks.ts";

const CHUNK = 768 * 1024;
const raw = randomBytes(32);
const iv = randomBytes(16);
const lengths = [0, 1, 15, 16, 17, CHUNK - 17, CHUNK - 16, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7];

let key: CryptoKey;
beforeAll(async () => {
  key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt", "decrypt"]);
});

/** Octets in pieces of odd lengths, as a sender's BER has them. */
const cut = (bytes: Bytes, size: number): Bytes[] => Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

describe("AES-CBC in chunks agrees with another implementation in one piece", () => {
  it.each(lengths)("encrypts %i octets", async (length) => {
    const content = randomBytes(length);
    const pieces: Bytes[] = [];
    for await (const piece of encryptCbc(withKey(key), iv, cut(content, 100_003))) pieces.push(piece);
    const cipher = createDecipheriv("aes-256-cbc", raw, iv);
    expect(Buffer.concat([cipher.update(concat(...pieces)), cipher.final()]).equals(content)).toBe(true);
  });

  const encrypted = (content: Bytes): Bytes => {
    const cipher = createCipheriv("aes-256-cbc", raw, iv);
    return new Uint8Array(Buffer.concat([cipher.update(content), cipher.final()]));
  };

  it.each(lengths)("decrypts %i octets, in place and elsewhere", async (length) => {
    const content = randomBytes(length);
    const ciphertext = encrypted(content);
    const elsewhere = await decryptCbc(key, iv, ciphertext, new Uint8Array(ciphertext.length));
    expect(Buffer.from(elsewhere).equals(content)).toBe(true);
    expect(Buffer.from(ciphertext).equals(encrypted(content))).toBe(true);
    const around = concat(randomBytes(5), ciphertext, randomBytes(40));
    const [before, after] = [around.slice(0, 5), around.slice(-40)];
    const place = around.subarray(5, -40);
    expect(Buffer.from(await decryptCbc(key, iv, place, place)).equals(content)).toBe(true);
    expect([around.slice(0, 5), around.slice(-40)]).toEqual([before, after]);
  });

  it.each([
    ["padding that is wrong", (octets: Bytes) => octets.with(-17, (octets.at(-17) as number) ^ 1)],
    ["a block too few", (octets: Bytes) => octets.subarray(0, -16)],
    ["an odd length", (octets: Bytes) => octets.subarray(0, -5)],
    ["nothing", () => new Uint8Array(0)],
  ] as [string, (octets: Bytes) => Bytes][])("refuses %s", async (_what, damaged) => {
    for (const length of [31, CHUNK, CHUNK + 15, 5 * CHUNK + 15]) {
      const octets = damaged(encrypted(new Uint8Array(length)));
      await expect(decryptCbc(key, iv, octets, octets)).rejects.toThrow();
    }
  });
});
