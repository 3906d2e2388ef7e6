import type { JSX } from "preact";
import type { FetchingState } from "../../protocol/page-requests.ts";
import { t } from "./i18n.ts";

/** Who fetches revocation lists here, why the browser has or would need the permission to, and the button for it; each is called directly in the click. */
export function Fetching({ state, onAllow, onTakeBack }: { state: FetchingState; onAllow: () => void; onTakeBack?: () => void }): JSX.Element {
  if (state.off) return <p data-test="fetching-state">{t("fetching_off")}</p>;
  return (
    <div class="stack" data-test="fetching" data-way={state.way}>
      {(state.way === "none" || state.allowed) && <p>{t("fetching_why")}</p>}
      <p class="dim" data-test="fetching-state">
        {t(`fetching_way_${state.way}`)}
      </p>
      <div class="buttons">
        {state.way === "none" && (
          <button type="button" onClick={onAllow} data-test="fetching-allow">
            {t("fetching_allow")}
          </button>
        )}
        {state.allowed && onTakeBack && (
          <button type="button" onClick={onTakeBack} data-test="fetching-take-back">
            {t("fetching_take_back")}
          </button>
        )}
      </div>
    </div>
  );
}
