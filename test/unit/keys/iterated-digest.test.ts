import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hex } from "../../../src/base/bytes.ts";
import { giveWay } from "../../../src/base/give-way.ts";
import { iterateDigest } from "../../../src/keys/iterated-digest.ts";

it("gives others their turn while it works, and tells how far it is", async () => {
  const told: number[] = [];
  let turns = 0;
  let working = true;
  const other = (async () => {
    while (working) {
      await giveWay();
      turns++;
    }
  })();
  await iterateDigest("SHA-256", new Uint8Array(32), 100_000, (done) => told.push(done));
  working = false;
  await other;
  expect(turns).toBeGreaterThanOrEqual(told.length);
  expect(told.length).toBeGreaterThan(5);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

describe("iterated digests agree with another implementation", () => {
  it.each([
    ["SHA-1", "sha1", 20],
    ["SHA-256", "sha256", 32],
  ] as const)("%s", async (name, other, length) => {
    for (const times of [0, 1, 2, 1000]) {
      const start = new Uint8Array(randomBytes(length));
      let expected: Uint8Array = start;
      for (let i = 0; i < times; i++) expected = createHash(other).update(expected).digest();
      expect(hex(await iterateDigest(name, start, times))).toBe(hex(expected));
    }
  });
});
