import type { Bytes } from "../base/bytes.ts";

/** A message that is fetched before its frame can ask for it. */
export interface FetchedAhead {
  /** The message for the first that asks, null afterwards: its octets are given away. `signal` ends fetching. */
  take(signal: AbortSignal): Promise<Bytes> | null;
  /** Ends fetching what nobody took. */
  drop(): void;
}

/** Begins to fetch a message at once, while its frame is still loading; a failure is told to whoever takes it. */
export function fetchAhead(fetchRaw: (signal: AbortSignal) => Promise<Bytes>): FetchedAhead {
  const controller = new AbortController();
  let coming: Promise<Bytes> | null = fetchRaw(controller.signal);
  coming.catch(() => undefined);
  return {
    take(signal) {
      const taken = coming;
      coming = null;
      if (taken) signal.addEventListener("abort", () => controller.abort(signal.reason));
      return taken;
    },
    drop() {
      if (coming) controller.abort(new DOMException("closed", "AbortError"));
      coming = null;
    },
  };
}
