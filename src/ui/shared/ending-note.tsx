import type { JSX } from "preact";
import type { Ending } from "../../protocol/own-keys.ts";
import { formatDay } from "./format.ts";
import { t } from "./i18n.ts";

/** That a signing certificate ends or has ended, the ways to another, and a week of quiet. */
export function EndingNote({ ending, onPutOff, children }: { ending: Ending; onPutOff: () => void; children: JSX.Element | JSX.Element[] }): JSX.Element {
  const { address, notAfter, ended } = ending;
  return (
    <div class="notice" role="status" data-test="ending" data-ended={ended}>
      <span>{t(ended ? "ending_ended" : "ending_soon", address, formatDay(notAfter))}</span>
      <span class="buttons">
        {children}
        <button type="button" class="quiet" onClick={onPutOff} data-test="ending-put-off">
          {t("ending_put_off")}
        </button>
      </span>
    </div>
  );
}
