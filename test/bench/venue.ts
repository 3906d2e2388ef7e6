import type { Bytes } from "../../src/base/bytes.ts";
import type { ContestName } from "./contests.ts";
import type { RoundsOptions } from "./rounds.ts";

/** A program in which contests are held. */
export interface Venue {
  /** Its name with its version. */
  where: string;
  /** Holds a contest over the given inputs; answers each side's milliseconds, one number a round. */
  hold(contest: ContestName, inputs: Readonly<Record<string, Bytes>>, options: RoundsOptions): Promise<Record<string, number[]>>;
  close(): Promise<void>;
}

export const VENUES = ["node", "chromium", "firefox"] as const;
export type VenueName = (typeof VENUES)[number];
