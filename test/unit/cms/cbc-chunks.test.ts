import { createCipheriv, createDecipheriv } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, concat, randomBytes } from "../../../src/base/bytes.ts";
import { decryptCbc, encryptCbc } from "../../../src/cms/cbc-chunks.ts";

const CHUNK = 512 * 1024;
const raw = randomBytes(32);
const iv = randomBytes(16);
const lengths = [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7];

let key: CryptoKey;
beforeAll(async () => {
  key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt", "decrypt"]);
});

/** Octets in pieces of odd lengths, as a sender's BER has them. */
const cut = (bytes: Bytes, size: number): Bytes[] => Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

const byNode = (content: Bytes): Bytes => {
  const cipher = createCipheriv("aes-256-cbc", raw, iv);
  return new Uint8Array(Buffer.concat([cipher.update(content), cipher.final()]));
};

describe("AES-CBC in chunks agrees with another implementation in one piece", () => {
  it.each(lengths)("encrypts %i octets", async (length) => {
    const content = randomBytes(length);
    const pieces: Bytes[] = [];
    for await (const piece of encryptCbc(key, iv, cut(content, 100_003))) pieces.push(piece);
    const cipher = createDecipheriv("aes-256-cbc", raw, iv);
    expect(Buffer.concat([cipher.update(concat(...pieces)), cipher.final()]).equals(content)).toBe(true);
  });

  it.each(lengths)("decrypts what was %i octets", async (length) => {
    const content = randomBytes(length);
    const sealed = byNode(content);
    expect(Buffer.from(await decryptCbc(key, iv, [sealed])).equals(content)).toBe(true);
    expect(Buffer.from(await decryptCbc(key, iv, cut(sealed, 100_003))).equals(content)).toBe(true);
  });

  it.each([3, 2 * CHUNK, 3 * CHUNK + 100])("refuses a wrong padding and a wrong length behind %i octets", async (length) => {
    const sealed = byNode(randomBytes(length));
    const broken = sealed.slice();
    // The last octet of the block before last becomes the padding's: 0xff is none.
    const before = broken.length - 17;
    if (before >= 0) broken[before] = (broken[before] as number) ^ 0xf0;
    await expect(decryptCbc(key, before < 0 ? iv.map((octet) => octet ^ 0xf0) : iv, [broken])).rejects.toThrow();
    await expect(decryptCbc(key, iv, [sealed.subarray(0, -1)])).rejects.toThrow();
    await expect(decryptCbc(key, iv, [])).rejects.toThrow();
  });
});
