import type { JSX } from "preact";
import type { Hint } from "../../protocol/frame-requests.ts";
import { t } from "../shared/i18n.ts";

/** Explains seal and lock to somebody who meets them for the first time, until it is dismissed for good. */
export function Hints({ hints, onDismiss }: { hints: Hint[]; onDismiss: (hints: Hint[]) => void }): JSX.Element | null {
  if (hints.length === 0) return null;
  return (
    <section class="hints" aria-label={t("hint_name")} data-test="hints">
      <div class="hint-texts">
        {hints.map((hint) => (
          <p key={hint} data-test={`hint-${hint}`}>
            {t(`hint_${hint}`)}
          </p>
        ))}
      </div>
      <button type="button" onClick={() => onDismiss(hints)} data-test="hints-dismiss">
        {t("hint_dismiss")}
      </button>
    </section>
  );
}
