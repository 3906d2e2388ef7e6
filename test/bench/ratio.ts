import type { Row } from "./row.ts";
import { median, quartiles } from "./statistics.ts";

export interface Comparison {
  name: string;
  where: string;
  /** Milliseconds, one number a round. */
  ours: readonly number[];
  theirs: readonly number[];
  /** Who the others are. */
  against: string;
  /** The most that ours may take, as a multiple of theirs. */
  aim?: number;
}

/**
 * Holds ours against theirs round by round: what slowed the machine in one round slowed both, so the median is taken of the
 * ratios and not of the times. Throws if a round is missing on one side.
 */
export function ratioRow({ name, where, ours, theirs, against, aim }: Comparison): Row {
  if (ours.length !== theirs.length) throw new Error("both sides have as many rounds");
  const ratios = ours.map((time, round) => time / (theirs[round] as number));
  const value = median(ratios);
  return {
    name, where, value, unit: "times", spread: quartiles(ratios), against, of: ratios.length,
    ...(aim !== undefined && { aim: { value: aim, what: "times", met: value <= aim } }),
    details: { "ours ms": median(ours), [`${against} ms`]: median(theirs) },
  };
}
