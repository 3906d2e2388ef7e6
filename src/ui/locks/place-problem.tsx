import type { JSX } from "preact";
import type { SecurityKeyPlace } from "../../protocol/unlock.ts";
import { codeText, t } from "../shared/i18n.ts";

/** Why no security key can be asked in this browser, and the step that a person can take. */
export function PlaceProblem({ place: { code, relyingParty }, onAllow }: { place: SecurityKeyPlace; onAllow: () => void }): JSX.Element {
  return (
    <div class="stack" data-test="security-key-place" data-code={code}>
      <p class="notice">{codeText(code)}</p>
      {code === "keys.relying-party-permission" && relyingParty !== null && (
        <p class="buttons">
          <button type="button" onClick={onAllow} data-test="relying-party-allow">
            {t("security_key_allow", relyingParty)}
          </button>
        </p>
      )}
    </div>
  );
}
