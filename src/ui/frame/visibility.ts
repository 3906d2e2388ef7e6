/** The least part of a frame, in CSS pixels, that counts as seen: smaller is a frame that somebody hides. */
const MIN_WIDTH = 50;
const MIN_HEIGHT = 30;

/** Unbroken visibility before a click may send or give up protection, in milliseconds (architecture §2, "Clicks can be stolen"). */
export const STEADY = 800;

/** What the browser says of whether this frame can be seen. */
export interface Visibility {
  /**
   * True while a sensible part of the frame lies in the window and the tab is shown, and, where the browser reports it,
   * nothing covers, fades or distorts the frame. `insist` takes the last condition away.
   */
  visible: () => boolean;
  /** Like `visible`, whatever anybody insisted on: what the toolbar may speak of. */
  unobstructed: () => boolean;
  /** True if the frame is in its place and only something over it keeps it from being seen. */
  covered: () => boolean;
  /** Takes a covered frame for a visible one from now on: a person clicked in it and so sees at least that. */
  insist: () => void;
  /** Calls back whenever `unobstructed` has changed. */
  onChange: (changed: () => void) => void;
  /** Resolves at once or when the frame is next seen; rejects with the signal's reason. */
  whenVisible: (signal?: AbortSignal) => Promise<void>;
  /**
   * True if nothing has covered the frame, or the dialog that is open in it, for `STEADY` milliseconds, false if something did,
   * null if this browser does not report true visibility (no IntersectionObserver v2: Firefox).
   */
  steady: (now?: number) => boolean | null;
  stop: () => void;
}

/** Observes an element that fills this frame. */
export function watchVisibility(element: Element): Visibility {
  let intersecting = false;
  let insisted = false;
  let before = false;
  const listeners: (() => void)[] = [];
  const waiting = new Set<() => void>();
  const reportsTruth = "isVisible" in IntersectionObserverEntry.prototype;

  const inPlace = (): boolean => intersecting && document.visibilityState === "visible";
  const unobstructed = (): boolean => inPlace() && (!truth || truth.clearSince() !== null);
  const visible = (): boolean => inPlace() && (insisted || unobstructed());
  const settle = (): void => {
    if (before !== unobstructed()) {
      before = !before;
      for (const changed of listeners) changed();
    }
    if (!visible()) return;
    for (const done of waiting) done();
    waiting.clear();
  };

  const thresholds = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1];
  const seen = new IntersectionObserver(
    (entries) => {
      const rect = entries.at(-1)?.intersectionRect;
      intersecting = !!rect && rect.width >= MIN_WIDTH && rect.height >= MIN_HEIGHT;
      settle();
    },
    { threshold: thresholds },
  );
  seen.observe(element);

  const truth = reportsTruth ? watchTruth(element, thresholds, settle) : null;
  document.addEventListener("visibilitychange", settle);

  return {
    visible,
    unobstructed,
    covered: () => inPlace() && !unobstructed(),
    insist() {
      insisted = true;
      settle();
    },
    onChange: (changed) => void listeners.push(changed),
    whenVisible: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        if (visible()) return resolve();
        waiting.add(resolve);
        signal?.addEventListener("abort", () => {
          waiting.delete(resolve);
          reject(signal.reason as Error);
        });
      }),
    steady: (now = performance.now()) => {
      if (!truth) return null;
      const since = truth.clearSince();
      return document.visibilityState === "visible" && since !== null && now - since >= STEADY;
    },
    stop() {
      seen.disconnect();
      truth?.stop();
      document.removeEventListener("visibilitychange", settle);
    },
  };
}

/** Since when nothing has covered what a person is to look at, as IntersectionObserver v2 reports it. */
function watchTruth(root: Element, thresholds: number[], changed: () => void): { clearSince: () => number | null; stop: () => void } {
  const clear = new Map<Element, number | null>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isVisible, time } of entries as (IntersectionObserverEntry & { isVisible: boolean })[]) {
        if (clear.has(target)) clear.set(target, isVisible ? (clear.get(target) ?? time) : null);
      }
      changed();
    },
    // trackVisibility needs a delay of at least 100 ms.
    { threshold: thresholds, trackVisibility: true, delay: 100 } as IntersectionObserverInit,
  );
  const watch = (element: Element): void => {
    if (clear.has(element)) return;
    clear.set(element, null);
    observer.observe(element);
  };
  watch(root);
  // A modal dialog of ours lies over the rest of the frame, and counts as a cover of it: then the dialog is what must be clear.
  const openDialog = (): Element | null => Array.from(document.querySelectorAll("dialog:modal")).at(-1) ?? null;
  const dialogs = new MutationObserver(() => {
    for (const element of clear.keys()) {
      if (element === root || element.isConnected) continue;
      observer.unobserve(element);
      clear.delete(element);
    }
    const dialog = openDialog();
    if (dialog) watch(dialog);
    changed();
  });
  dialogs.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });
  return {
    clearSince: () => clear.get(openDialog() ?? root) ?? null,
    stop: () => {
      observer.disconnect();
      dialogs.disconnect();
    },
  };
}
