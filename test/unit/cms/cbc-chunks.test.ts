import { createDecipheriv } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bytes, concat, randomBytes } from "../../../src/base/bytes.ts";
import { encryptCbc, withKey } from "../../../src/cms/cbc-chunks.ts";

const CHUNK = 512 * 1024;
const raw = randomBytes(32);
const iv = randomBytes(16);
const lengths = [0, 1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7];

let key: CryptoKey;
beforeAll(async () => {
  key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt"]);
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
});
