import { OURS } from "./contests.ts";
import { ISSUERS, makeLeaves } from "./make-leaves.ts";
import { LEAF_SIGNATURES, LEAVES } from "./paths.ts";
import { ratioRow } from "./ratio.ts";
import type { Row } from "./row.ts";
import type { Venue } from "./venue.ts";

/** The most that a path may take, as a multiple of the end entity's signature. */
const AIM = 1.5;

/** Measures the paths of many people under one authority, whose own signature is checked once. */
export async function* measurePaths(venue: Venue, leaves = LEAVES, count = 7): AsyncGenerator<Row> {
  for (const kind of ISSUERS) {
    const { [OURS]: ours = [], [LEAF_SIGNATURES]: theirs = [] } = await venue.hold("paths", { ...makeLeaves(kind, leaves) }, { count });
    yield ratioRow({ name: `${leaves} certificates under one ${kind} authority: paths`, where: venue.where, ours, theirs, against: LEAF_SIGNATURES, aim: AIM });
  }
}
