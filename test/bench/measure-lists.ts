import { ratioRow } from "./ratio.ts";
import { makeLists } from "./revocation-lists.ts";
import { measureHere, rounds, type RoundsOptions } from "./rounds.ts";
import type { Row } from "./row.ts";

/** Entries of the list that others are held against: next to nothing. */
const FEW = 10;

/** A long public list, and the longest that has to work. */
const MANY = [100_000, 1_000_000];

/** The most that the first may take, as a multiple of a list of next to nothing: for a whole process, and for each further check. */
const AIMS = { process: 1.5, again: 1.2 };

/** Measures revocation lists on the command line: their first use by a whole process, and what each message costs after that. */
export async function* measureLists(folder: string, many: readonly number[] = MANY, options: RoundsOptions = { count: 9 }): AsyncGenerator<Row> {
  const where = `Node ${process.versions.node}`;
  const against = `${FEW} entries`;
  const lists = makeLists(folder, [FEW, ...many]);
  for (const [index, entries] of many.entries()) {
    const aims = index === 0 ? AIMS : undefined;
    const first = await rounds({ ours: lists.process(entries), theirs: lists.process(FEW) }, options);
    yield ratioRow({ name: `revocation list of ${entries} entries: first use, whole process`, where, ...first, against, ...(aims && { aim: aims.process }) });
    const later = await rounds({ ours: measureHere(lists.again(entries)), theirs: measureHere(lists.again(FEW)) }, options);
    yield ratioRow({ name: `revocation list of ${entries} entries: 100 further checks`, where, ...later, against, ...(aims && { aim: aims.again }) });
  }
}
