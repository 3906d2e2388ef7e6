import type { JSX } from "preact";
import type { UnlockQuestion } from "../../protocol/unlock.ts";
import { RecoveryCodeField } from "../locks/recovery-code.tsx";
import { codeText, t } from "../shared/i18n.ts";
import type { Given } from "./unlock-view.tsx";

/** A security key, or the recovery code of whoever lost it. */
export function SecurityKeyWays({ question: { authenticators, securityKeys }, given, onChange }: { question: UnlockQuestion; given: Given; onChange: (given: Given) => void }): JSX.Element {
  if (given.kind === "security-key") {
    return (
      <div class="stack">
        <p>{t("unlock_security_key_how", authenticators.map(({ label }) => label).join(", "))}</p>
        <p class="buttons">
          <button type="button" onClick={() => onChange({ kind: "recovery-code", code: "" })} data-test="unlock-lost">
            {t("unlock_lost")}
          </button>
        </p>
      </div>
    );
  }
  return (
    <div class="stack">
      {authenticators.length === 0 && (
        <p class="notice" data-test="unlock-no-security-key">
          {securityKeys.code === "ok" ? t("unlock_no_security_key") : codeText(securityKeys.code)}
        </p>
      )}
      <RecoveryCodeField onInput={(code) => onChange({ kind: "recovery-code", code })} />
      {authenticators.length > 0 && (
        <p class="buttons">
          <button type="button" onClick={() => onChange({ kind: "security-key" })} data-test="unlock-found">
            {t("unlock_found")}
          </button>
        </p>
      )}
    </div>
  );
}
