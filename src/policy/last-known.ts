/**
 * The managed settings as last seen. Chromium answers with an empty object for some seconds after its start, which can
 * mean "none" or "not yet", so what was seen before is enforced until an event replaces it.
 */
export interface ManagedPolicy {
  /** As the browser reported it. */
  managed: Record<string, unknown>;
  /** False until the browser said something definite, or the first run waited long enough. */
  known: boolean;
}

/** How long the very first run waits for managed settings before it may send, in milliseconds. */
export const FIRST_RUN_WAIT = 10_000;

export type PolicyEvent =
  /** The answer of `storage.managed.get`; `none` where the browser says that there is no managed storage (Firefox). */
  | { type: "read"; managed: Record<string, unknown> }
  | { type: "none" }
  /** `storage.onChanged` of the managed area: what it brings is definite, an empty object too. */
  | { type: "changed"; managed: Record<string, unknown> }
  | { type: "first-run-wait-over" };

/** Takes one report of the browser into account; pure, so that the caller keeps the result in the store. */
export function learnPolicy(last: ManagedPolicy | null, event: PolicyEvent): ManagedPolicy {
  const before = last ?? { managed: {}, known: false };
  switch (event.type) {
    case "read":
      return Object.keys(event.managed).length > 0 ? { managed: event.managed, known: true } : before;
    case "none":
      return { managed: {}, known: true };
    case "changed":
      return { managed: event.managed, known: true };
    case "first-run-wait-over":
      return { ...before, known: true };
  }
}
