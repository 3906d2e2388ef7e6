import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../lab/ca.mjs";
import { makeEngine } from "./engine.ts";
import { readMaterial } from "./material.ts";
import { OPENSSL, opensslSide } from "./openssl-peer.ts";
import { PKIJS, pkijsSide } from "./pkijs-peer.ts";
import { ratioRow } from "./ratio.ts";
import { RAW, rawSide } from "./raw-primitives.ts";
import { type Measure, measureHere, rounds } from "./rounds.ts";
import type { Row } from "./row.ts";
import { makeSample } from "./sample.ts";
import { ourSide, type Side } from "./side.ts";
import { AIMED, type Size } from "./sizes.ts";

/** The most that we may take, as a multiple of what each other side takes. */
const AIMS: Record<string, number> = { [RAW]: 2, [PKIJS]: 1, [OPENSSL]: 1 };

export const NODE = `Node ${process.versions.node}`;

/** Measures the engine in Node beside everybody else, all over the same octets. */
export async function* sealAndInspect(wanted: readonly Size[]): AsyncGenerator<Row> {
  const folder = mkdtempSync(join(tmpdir(), "mailseal-bench-"));
  try {
    const certificates = await makeCertificates(join(folder, "certificates"));
    const material = readMaterial(certificates);
    const engine = await makeEngine(material);
    for (const size of wanted) {
      const sample = await makeSample(engine, size.octets);
      const sides: Record<string, Side> = {
        ours: ourSide(engine, sample),
        [RAW]: await rawSide(material, sample.entity),
        [PKIJS]: await pkijsSide(material, sample.entity),
        [OPENSSL]: await opensslSide(certificates, folder, sample.entity),
      };
      const measures = (work: keyof Side): Record<string, Measure> => Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, measureHere(side[work])]));
      yield* engineRows(NODE, size, measures);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures both ways of one size in rounds, and holds ours against each other side. */
export async function* engineRows(where: string, size: Size, measures: (work: keyof Side) => Record<string, Measure>): AsyncGenerator<Row> {
  for (const [work, name] of [["seal", "sign and encrypt"], ["open", "decrypt and verify"]] as const) {
    const { ours = [], ...others } = await rounds(measures(work), { count: size.rounds });
    for (const [against, theirs] of Object.entries(others)) {
      const aim = size.name === AIMED ? AIMS[against] : undefined;
      yield ratioRow({ name: `${size.name}: ${name}`, where, ours, theirs, against, ...(aim !== undefined && { aim }) });
    }
  }
}
