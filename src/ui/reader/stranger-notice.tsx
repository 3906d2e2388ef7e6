import type { JSX } from "preact";
import { t } from "../shared/i18n.ts";

/** The way on where nobody vouches for a signer: a page of ours, where fingerprints are compared, and never this frame. */
export function StrangerNotice({ onDecide }: { onDecide: (pressed: { isTrusted: boolean }) => void }): JSX.Element {
  return (
    <div class="notice" data-test="stranger">
      <span class="dim">{t("stranger_text")}</span>
      <button type="button" onClick={onDecide} data-test="stranger-trust">
        {t("stranger_trust")}
      </button>
    </div>
  );
}
