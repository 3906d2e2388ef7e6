import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificates, makeCertificates } from "../lab/ca.mjs";
import { startLab } from "../lab/lab.mjs";
import type { Material } from "./material.ts";
import { measureEngine } from "./measure-engine.ts";
import { measureKeys } from "./measure-keys.ts";
import { measureLists } from "./measure-lists.ts";
import { measureLookUp } from "./measure-look-up.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureParse } from "./measure-parse.ts";
import { measurePaths } from "./measure-paths.ts";
import { measureRecipients } from "./measure-recipients.ts";
import { nodeVenue } from "./node-venue.ts";
import { openAMessage } from "./open-a-message.ts";
import { pageVenue } from "./page-venue.ts";
import { readMaterial } from "./read-material.ts";
import type { Row } from "./row.ts";
import { type Size, sizes } from "./sizes.ts";
import { type Venue, type VenueName, VENUES } from "./venue.ts";

export type { Row } from "./row.ts";
export { table } from "./table.ts";
export { VENUES } from "./venue.ts";

export const sizeNames: readonly string[] = sizes.map(({ name }) => name);

export interface BenchOptions {
  /** Some of `sizeNames`; all if empty. */
  sizes: string[];
  /** Some of `VENUES`; all if empty. */
  venues: string[];
}

/** What can be measured, by name. */
export const benches: Record<string, (options: BenchOptions) => AsyncGenerator<Row>> = {
  engine: (options) =>
    inEachVenue(options, async function* (venue, material) {
      for (const size of wanted(options)) yield* measureEngine(venue, material, size);
    }),
  memory: (options) =>
    inEachVenue(options, async function* (venue, material) {
      for (const size of wanted(options).filter(({ octets }) => octets >= LARGE_ENOUGH)) yield* measureMemory(venue, material, size);
    }),
  recipients: (options) => inEachVenue(options, (venue, material) => measureRecipients(venue, material)),
  parse: (options) => inEachVenue(options, (venue) => measureParse(venue)),
  paths: (options) => inEachVenue(options, (venue) => measurePaths(venue)),
  async *keys({ venues }) {
    // The private keys of a browser are not to be had; the code is the same.
    if (venues.length === 0 || venues.includes("node")) yield* measureKeys();
  },
  async *"look-up"(options) {
    // Node has no database such as browsers have.
    const venues = VENUES.filter((name) => name !== "node" && (options.venues.length === 0 || options.venues.includes(name)));
    if (venues.length > 0) yield* inEachVenue({ ...options, venues }, (venue) => measureLookUp(venue));
  },
  async *crl({ venues }) {
    // Lists are read by the program alone.
    if (venues.length > 0 && !venues.includes("node")) return;
    const folder = mkdtempSync(join(tmpdir(), "mailseal-bench-"));
    try {
      yield* measureLists(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  async *reader() {
    const lab = await startLab({ name: "bench" });
    try {
      for (const browser of ["chromium", "firefox"] as const) yield await openAMessage(lab, browser);
    } finally {
      await lab.stop();
    }
  },
};

/** Octets below which a process's own ups and downs are more than the message. */
const LARGE_ENOUGH = 25_000_000;

function wanted(options: BenchOptions): Size[] {
  return sizes.filter(({ name }) => options.sizes.length === 0 || options.sizes.includes(name));
}

/** Measures in one program after the other, so that none of them is there while another one is measured. */
async function* inEachVenue({ venues }: BenchOptions, measure: (venue: Venue, material: Material) => AsyncGenerator<Row>): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-bench-"));
  try {
    const certificates = await makeCertificates(join(folder, "certificates"));
    for (const name of VENUES) {
      if (venues.length > 0 && !venues.includes(name)) continue;
      const venue = await openVenue(name, certificates, folder);
      try {
        yield* measure(venue, readMaterial(certificates));
      } finally {
        await venue.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openVenue(name: VenueName, certificates: Certificates, folder: string): Promise<Venue> {
  switch (name) {
    case "node":
      return Promise.resolve(nodeVenue(certificates, folder));
    case "chromium":
    case "firefox":
      return pageVenue(name, folder);
  }
}
