import { OURS } from "./contests.ts";
import { LARGE, makeManyParts } from "./many-parts.ts";
import { parseOurs, parsePostalMime, POSTAL_MIME, sameFound } from "./parse.ts";
import type { Row } from "./row.ts";
import { median, quartiles } from "./statistics.ts";
import type { Venue } from "./venue.ts";

/** Measures the parser with everything decoded. Throws if both parsers do not find the same. */
export async function* measureParse(venue: Venue, shape = LARGE, count = 9): AsyncGenerator<Row> {
  const message = makeManyParts(shape);
  const found = parseOurs(message);
  if (found.attachments.length !== shape.parts - 2 || !sameFound(found, await parsePostalMime(message))) throw new Error("both parsers do not find the same");
  const { [OURS]: ours = [], [POSTAL_MIME]: theirs = [] } = await venue.hold("parse", { message }, { count });
  const speed = (milliseconds: number): number => message.length / 1000 / milliseconds;
  const speeds = ours.map(speed);
  const value = median(speeds);
  const ratio = median(ours.map((time, round) => (theirs[round] as number) / time));
  yield {
    name: `${Math.round(shape.octets / 1e6)} MB, ${shape.parts} parts: parse and decode`, where: venue.where, value, unit: "MB/s", spread: quartiles(speeds), of: ours.length,
    beside: { name: POSTAL_MIME, value: median(theirs.map(speed)) },
    details: { "times as fast as postal-mime": ratio, "ours ms": median(ours), "postal-mime ms": median(theirs) },
  };
}
