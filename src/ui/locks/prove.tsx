import type { JSX } from "preact";
import { t } from "../shared/i18n.ts";
import { RecoveryCodeField } from "./recovery-code.tsx";

/** Whether a security key is asked for, or the recovery code that is typed. @param props.code null for a security key */
export function Prove({ code, onChange }: { code: string | null; onChange: (code: string | null) => void }): JSX.Element {
  return (
    <>
      {code !== null && <RecoveryCodeField onInput={onChange} />}
      <p class="buttons">
        <button type="button" onClick={() => onChange(code === null ? "" : null)} data-test="prove-other">
          {code === null ? t("unlock_lost") : t("unlock_found")}
        </button>
      </p>
    </>
  );
}
