import browser from "webextension-polyfill";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { ExtensionState } from "../../protocol/page-requests.ts";
import type { Ask } from "../../protocol/requests.ts";

/** What one of our own pages knows of the extension, and how it does something and knows it again afterwards. */
export interface PageState {
  state: ExtensionState | null;
  problem: Code | null;
  /** Does something and reads the state again; a failure becomes `problem` and answers false. */
  act: (work: () => Promise<unknown>) => Promise<boolean>;
  dismiss: () => void;
}

/** The table of unlocked keys in the browser's session memory, sealed; that it changed is all that is used of it here. */
const UNLOCKED_KEYS = "unlocked-keys";

/** The background hears of it at the same time, and first takes it in, milliseconds. */
const SETTLES = 500;

export function usePageState(ask: Ask<"page">): PageState {
  const [state, setState] = useState<ExtensionState | null>(null);
  const [problem, setProblem] = useState<Code | null>(null);
  const act = useCallback(
    async (work: () => Promise<unknown>) => {
      try {
        await work();
        setProblem(null);
        setState(await ask("state", null));
        return true;
      } catch (error) {
        setProblem(codeOf(error));
        return false;
      }
    },
    [ask],
  );
  const read = useCallback(() => void act(() => Promise.resolve()), [act]);
  useEffect(read, [read]);
  // A browser reports the organisation's settings seconds after its start, and changes at any time: what a page shows as set follows.
  useEffect(() => {
    const changed = (changes: object, area: string): void => {
      if (area === "managed") setTimeout(read, SETTLES);
      // Keys are unlocked in a window of its own, and locked when their time is over.
      if (area === "session" && UNLOCKED_KEYS in changes) read();
    };
    browser.storage.onChanged.addListener(changed);
    return () => browser.storage.onChanged.removeListener(changed);
  }, [read]);
  return { state, problem, act, dismiss: () => setProblem(null) };
}
