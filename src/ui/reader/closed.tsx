import type { JSX } from "preact";
import type { Code } from "../../base/codes/index.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";
import { codeText, t } from "../shared/i18n.ts";

/** Codes for which a key is what is missing: importing one is the way on. */
const keyWouldHelp: ReadonlySet<Code> = new Set<Code>(["cms.no-recipient-key", "keys.not-found", "keys.not-allowed-here"]);

/** In the place of a text that cannot be opened: what it needs, and the next step as a button. */
export function Closed({ status, onSetUp, onAllow, onAgain }: { status: MessageStatus; onSetUp: () => void; onAllow: () => void; onAgain: () => void }): JSX.Element {
  const budget = status.problems.includes("keys.failure-budget");
  const code = budget ? "keys.failure-budget" : status.problems.find((problem) => keyWouldHelp.has(problem)) ?? status.problems[0] ?? "cms.decrypt-failed";
  return (
    <div class="closed" data-test="closed" data-code={code}>
      <p>{codeText(code)}</p>
      {keyWouldHelp.has(code) && (
        <>
          <p class="dim">{t("closed_ways")}</p>
          <div class="buttons">
            <button type="button" class="primary" onClick={onSetUp} data-test="closed-import">
              {t("closed_import")}
            </button>
          </div>
        </>
      )}
      {budget && (
        <div class="buttons">
          <button type="button" class="primary" onClick={onAllow} data-test="closed-allow">
            {t("closed_allow")}
          </button>
          <button type="button" onClick={onAgain} data-test="closed-again">
            {t("again")}
          </button>
        </div>
      )}
      <p class="code">
        {t("problem_code")} <bdi>{code}</bdi>
      </p>
    </div>
  );
}
