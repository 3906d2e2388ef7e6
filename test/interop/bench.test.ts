import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEngine } from "../bench/engine.ts";
import type { Material } from "../bench/material.ts";
import { measureEngine } from "../bench/measure-engine.ts";
import { measureLists } from "../bench/measure-lists.ts";
import { measureLookUp } from "../bench/measure-look-up.ts";
import { measureMemory } from "../bench/measure-memory.ts";
import { measureParse } from "../bench/measure-parse.ts";
import { measurePaths } from "../bench/measure-paths.ts";
import { measureRecipients } from "../bench/measure-recipients.ts";
import { nodeVenue } from "../bench/node-venue.ts";
import { pageVenue } from "../bench/page-venue.ts";
import { readMaterial } from "../bench/read-material.ts";
import type { Row } from "../bench/row.ts";
import { makeSample } from "../bench/sample.ts";
import type { Venue } from "../bench/venue.ts";
import { type Certificates, makeCertificates } from "../lab/ca.mjs";

/** Every row of `npm run bench` but the reader's, small and once: the numbers mean nothing, and that there are some does. */
const SMALLEST = { name: "10 KB", octets: 10_000, rounds: 1 };

/** Octets that stand out of a browser's own ups and downs. */
const LARGE = 10_000_000;

const hasChromium = existsSync("/usr/bin/chromium");
if (!hasChromium) console.log("skipped: the bench in a page, because there is no /usr/bin/chromium");

const hasProc = existsSync("/proc/self/clear_refs");

/** Nothing is repeated until it takes long enough. */
function once(venue: Venue): Venue {
  return { ...venue, hold: (contest, inputs, options) => venue.hold(contest, inputs, { ...options, atLeast: 0 }) };
}

describe("the bench runs", { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-bench-test-"));
  let certificates: Certificates;
  let material: Material;
  beforeAll(async () => {
    certificates = await makeCertificates(join(folder, "certificates"));
    material = readMaterial(certificates);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Measures everything in a place, and answers what each row is held against. */
  async function held(venue: Venue, memory: boolean): Promise<Record<string, (string | undefined)[]>> {
    const rows: Row[] = [];
    for await (const row of measureEngine(venue, material, SMALLEST)) rows.push(row);
    for await (const row of measureRecipients(venue, material, 3, 1)) rows.push(row);
    for await (const row of measureParse(venue, { octets: 100_000, parts: 20 }, 1)) rows.push(row);
    for await (const row of measurePaths(venue, 5, 1)) rows.push(row);
    if (memory) for await (const row of measureMemory(venue, material, SMALLEST, 1)) rows.push(row);
    for (const { value, of, where } of rows) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(of).toBe(1);
      expect(where).toBe(venue.where);
    }
    const found: Record<string, (string | undefined)[]> = {};
    for (const { name, against, beside } of rows) (found[name] ??= []).push(against ?? beside?.name);
    return found;
  }

  const everywhere = {
    "3 recipients: sign and encrypt": ["key wraps alone"],
    "0 MB, 20 parts: parse and decode": ["postal-mime"],
    "5 certificates under one RSA-2048 authority: paths": ["their signatures alone"],
    "5 certificates under one P-256 authority: paths": ["their signatures alone"],
  };
  const memory = { "10 KB: peak memory, sign and encrypt": ["the message"], "10 KB: peak memory, decrypt and verify": ["the message"] };

  it("in Node, against WebCrypto, pkijs and OpenSSL", async () => {
    const peers = ["WebCrypto alone", "pkijs", "openssl cms"];
    expect(await held(once(nodeVenue(certificates, folder)), hasProc)).toEqual({
      "10 KB: sign and encrypt": peers, "10 KB: decrypt and verify": peers, ...everywhere, ...(hasProc && memory),
    });
  });

  it("in whole processes of the program, with long revocation lists and short ones", async () => {
    const rows: Row[] = [];
    for await (const row of measureLists(join(folder, "lists"), [1000], { count: 1, atLeast: 0 })) rows.push(row);
    expect(rows.map(({ name, against, of }) => [name, against, of])).toEqual([
      ["revocation list of 1000 entries: first use, whole process", "10 entries", 1],
      ["revocation list of 1000 entries: 100 further checks", "10 entries", 1],
    ]);
  });

  it.skipIf(!hasChromium)("in a page's workers, against WebCrypto and pkijs", async () => {
    const venue = await pageVenue("chromium", folder);
    try {
      const peers = ["WebCrypto alone", "pkijs"];
      expect(await held(once(venue), false)).toEqual({ "10 KB: sign and encrypt": peers, "10 KB: decrypt and verify": peers, ...everywhere });
      const rows: Row[] = [];
      for await (const row of measureLookUp(once(venue), 5, 1)) rows.push(row);
      expect(rows.map(({ name, against }) => [name, against])).toEqual([
        ["5 recipients: look-up in all directories", "their records alone"],
        ["5 recipients: found, chosen and validated", "their records alone"],
      ]);
      const engine = await makeEngine(material);
      const large = { ...material, ...(await makeSample(engine, LARGE)) };
      // What it makes has more octets than what it is given: less growth would mean that another process was looked at.
      if (hasProc) expect((await venue.grow("seal", { small: { ...material, ...(await makeSample(engine, 10_000)) }, large }))["ours"]).toBeGreaterThan(LARGE);
    } finally {
      await venue.close();
    }
  });
});
