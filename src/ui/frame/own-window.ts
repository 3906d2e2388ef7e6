import { STEADY, type Visibility } from "./visibility.ts";

/** What is used of a window. */
export type OwnWindow = Pick<Window, "addEventListener" | "removeEventListener"> & { document: Pick<Document, "visibilityState" | "hasFocus" | "addEventListener" | "removeEventListener"> };

/**
 * What can be said of a window of ours. No page can cover, fade or move it, so it need not be observed as a frame in a page must be;
 * but a page can have it opened, or uncovered, under somebody's pointer or keys, so a click counts only when the window has been
 * shown, and the one in front, for a while. What lies in front has the focus; the click that gives it to a window does not count.
 */
export function watchOwnWindow(window: OwnWindow): Visibility {
  const { document } = window;
  const isShown = (): boolean => document.visibilityState === "visible";
  let since = isShown() && document.hasFocus() ? performance.now() : null;
  const waiting = new Set<() => void>();
  const listeners: (() => void)[] = [];
  const entered = (): void => {
    since = isShown() ? performance.now() : null;
  };
  // Not asked for at that moment: while it is told of the loss, Firefox may still call it focused.
  const left = (): void => {
    since = null;
  };
  const changed = (): void => {
    if (document.hasFocus()) entered();
    else left();
    for (const listener of listeners) listener();
    if (!isShown()) return;
    for (const done of waiting) done();
    waiting.clear();
  };
  document.addEventListener("visibilitychange", changed);
  window.addEventListener("focus", entered);
  window.addEventListener("blur", left);
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
    stop: () => {
      document.removeEventListener("visibilitychange", changed);
      window.removeEventListener("focus", entered);
      window.removeEventListener("blur", left);
    },
  };
}
