import { STEADY, type Visibility } from "./visibility.ts";

/**
 * What can be said of a window of ours. No page can cover, fade or move it, so it need not be observed as a frame in a page must be;
 * but a page can have it opened under somebody's pointer or keys, so a click counts only when the window has been shown for a while.
 */
export function watchOwnWindow(document: Document): Visibility {
  const isShown = (): boolean => document.visibilityState === "visible";
  let since = isShown() ? performance.now() : null;
  const waiting = new Set<() => void>();
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    since = isShown() ? performance.now() : null;
    for (const listener of listeners) listener();
    if (since === null) return;
    for (const done of waiting) done();
    waiting.clear();
  };
  document.addEventListener("visibilitychange", changed);
  return {
    visible: isShown,
    unobstructed: isShown,
    covered: () => false,
    insist: () => undefined,
    onChange: (listener) => void listeners.push(listener),
    whenVisible: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        if (isShown()) return resolve();
        waiting.add(resolve);
        signal?.addEventListener("abort", () => {
          waiting.delete(resolve);
          reject(signal.reason as Error);
        });
      }),
    steady: (now = performance.now()) => since !== null && now - since >= STEADY,
    stop: () => document.removeEventListener("visibilitychange", changed),
  };
}
