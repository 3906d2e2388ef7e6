import type { JSX } from "preact";
import type { Code } from "../../base/codes/index.ts";
import type { Closing } from "../../protocol/background-messages.ts";
import { t } from "./i18n.ts";
import { Problem } from "./problem.tsx";

/** What became of what was being written: nothing was, it is kept as a draft, or it could not be kept. */
export type Written = "nothing" | "kept" | "lost";

/**
 * In place of what a frame showed before the session ended or somebody locked.
 * @param props.failed why the message that was being sent went to nobody
 */
export function Emptied(props: { why: Closing; written?: Written; failed?: Code | null; onAgain?: () => void; onClose?: () => void }): JSX.Element {
  const { why, written = "nothing", failed = null, onAgain, onClose } = props;
  return (
    <main class="placeholder" data-test="emptied" data-why={why} data-written={written}>
      <h1 class="visually-hidden">{t("extensionName")}</h1>
      <p>{t(`emptied_${why}`)}</p>
      {failed !== null && <Problem title={t("result_failed")} code={failed} />}
      {written !== "nothing" && <p>{t(`emptied_${written}`)}</p>}
      {onAgain && (
        <button type="button" onClick={onAgain} data-test="emptied-again">
          {t("emptied_again")}
        </button>
      )}
      {onClose && (
        <button type="button" onClick={onClose} data-test="emptied-close">
          {t("close")}
        </button>
      )}
    </main>
  );
}
