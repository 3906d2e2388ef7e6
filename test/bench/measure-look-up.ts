import { OURS } from "./contests.ts";
import { LOOKED_UP, RECORDS, RESOLVED } from "./look-up.ts";
import { makeLeaves } from "./make-leaves.ts";
import { ratioRow } from "./ratio.ts";
import type { Row } from "./row.ts";
import type { Venue } from "./venue.ts";

/** Measures finding many recipients whose certificates stand in the copy of a directory that cannot be reached. There has to be a database. */
export async function* measureLookUp(venue: Venue, recipients = LOOKED_UP, count = 3): AsyncGenerator<Row> {
  const { [OURS]: found = [], [RESOLVED]: resolved = [], [RECORDS]: theirs = [] } = await venue.hold("look-up", { ...makeLeaves("P-256", recipients) }, { count });
  yield ratioRow({ name: `${recipients} recipients: look-up in all directories`, where: venue.where, ours: found, theirs, against: RECORDS });
  yield ratioRow({ name: `${recipients} recipients: ${RESOLVED}`, where: venue.where, ours: resolved, theirs, against: RECORDS });
}
