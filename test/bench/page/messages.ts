import type { ContestName } from "../contests.ts";

/** What a page asks of the worker of one side: to get ready once, then to do its work that many times. */
export type ToWorker = { contest: ContestName; side: string } | { times: number };

/** The answer to either: null when it is ready, and the milliseconds of a turn. */
export type FromWorker = { milliseconds: number | null } | { failed: string };

/** What a page tells when its contest is over. */
export type Outcome = { times: Record<string, number[]> } | { failed: string };
