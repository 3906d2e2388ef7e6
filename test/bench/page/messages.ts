import type { ContestName } from "../contests.ts";
import type { RoundsOptions } from "../rounds.ts";

/** What a page asks of the worker of one side: to get ready with the inputs of a folder, then to do its work that many times. */
export type ToWorker = { contest: ContestName; side: string; folder: string } | { times: number };

/** The answer to either: null when it is ready, and the milliseconds of a turn. */
export type FromWorker = { milliseconds: number | null } | { failed: string };

/** What a page is asked, in its address: to hold a contest, or to do our own work once while it is watched. */
export type Task = { contest: ContestName; options: RoundsOptions } | { grow: ContestName };

/** What a page tells when its task is done. */
export type Outcome = { times: Record<string, number[]> } | { failed: string };
