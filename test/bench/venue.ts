import type { ContestName } from "./contests.ts";
import type { GivenInputs } from "./inputs.ts";
import type { RoundsOptions } from "./rounds.ts";

/** A program in which contests are held. */
export interface Venue {
  /** Its name with its version. */
  where: string;
  /** Holds a contest over the given inputs; answers each side's milliseconds, one number a round. */
  hold(contest: ContestName, inputs: GivenInputs, options: RoundsOptions): Promise<Record<string, number[]>>;
  /**
   * Lets sides do their work once, each in a process of its own, after the same with a small message; answers by how many
   * octets each process grew at most meanwhile. A page looks at ours alone.
   */
  grow(contest: "seal" | "open", inputs: { small: GivenInputs; large: GivenInputs }): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export const VENUES = ["node", "chromium", "firefox"] as const;
export type VenueName = (typeof VENUES)[number];
