import type { JSX } from "preact";
import type { Protection } from "../../protocol/unlock.ts";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { t } from "../shared/i18n.ts";
import { formProblem, type ProtectionForm } from "./model.ts";

/** Whether the organisation asks for more than a file's key can get in the browser here. */
export const isBeyond = (required: Protection): boolean => required === "security-key" || required === "card";

/**
 * How the keys of a file are to be protected on this computer, and what each way is worth. The passphrase of the file is another
 * thing, and is never taken for it.
 * @param props.known a passphrase protects keys here already, and it protects these too
 */
export function ProtectionChoice(props: { form: ProtectionForm; known: boolean; required: Protection; onChange: (change: Partial<ProtectionForm>) => void }): JSX.Element {
  const { form, known, required, onChange } = props;
  const wrong = formProblem(form, known);
  return (
    <fieldset class="stack card" data-test="setup-protection">
      <legend>{t("protection_title")}</legend>
      {isBeyond(required) && (
        <p class="notice" data-test="protection-beyond">
          {required === "card" ? t("protection_beyond_card") : t("protection_beyond_security_key")}
        </p>
      )}
      <label class="check">
        <input type="radio" name="protection" checked={form.kind === "passphrase"} onChange={() => onChange({ kind: "passphrase" })} data-test="protection-passphrase" />
        <span>
          {t("protection_passphrase")}
          <span class="dim block">{t("protection_passphrase_worth")}</span>
        </span>
      </label>
      {form.kind === "passphrase" && (
        <div class="stack">
          {known ? <p>{t("protection_same")}</p> : <p>{t("protection_new")}</p>}
          <PassphraseField label={known ? t("passphrase_yours") : t("passphrase_new")} value={form.passphrase} complete={known ? "current-password" : "new-password"} test="protection-typed" onInput={(passphrase) => onChange({ passphrase })} />
          {!known && <PassphraseField label={t("passphrase_again")} value={form.again} complete="new-password" test="protection-again" onInput={(again) => onChange({ again })} />}
          <p class="dim" role="status" data-test="protection-wrong">
            {wrong === "short" && t("passphrase_short")}
            {wrong === "differs" && form.again !== "" && t("passphrase_differs")}
          </p>
          {!known && <p class="dim">{t("protection_forgotten")}</p>}
        </div>
      )}
      <label class="check">
        <input type="radio" name="protection" disabled={required !== "none"} checked={form.kind === "none"} onChange={() => onChange({ kind: "none" })} data-test="protection-none" />
        <span>
          {t("protection_none")} {required !== "none" && <span class="dim">{t("forbidden_by_organisation")}</span>}
          <span class="dim block">{t("setup_protection_none")}</span>
        </span>
      </label>
    </fieldset>
  );
}
