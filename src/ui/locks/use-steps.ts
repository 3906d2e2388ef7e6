import { useState } from "preact/hooks";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";

/** One step of a dialog after the other; what fails is said and can be tried again. */
export function useSteps(): { busy: boolean; problem: Code | null; run: (step: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Code | null>(null);
  const run = (step: () => Promise<void>): void => {
    setBusy(true);
    setProblem(null);
    step()
      .catch((error: unknown) => setProblem(codeOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, problem, run };
}
