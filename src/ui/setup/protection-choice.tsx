import type { JSX } from "preact";
import type { Protection, SecurityKeyPlace } from "../../protocol/unlock.ts";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { SecurityKeyChoice } from "./security-key-choice.tsx";
import { t } from "../shared/i18n.ts";
import { formProblem, type ProtectionForm } from "./protection-form.ts";

/** Whether the organisation asks for more than a file's key can get in the browser here. */
export const isBeyond = (required: Protection): boolean => required === "card";

/** Whether the organisation asks for more than a way gives. */
export const isForbidden = (kind: ProtectionForm["kind"], required: Protection): boolean => ORDER.indexOf(kind) < ORDER.indexOf(required);

/** The least first. */
const ORDER: readonly Protection[] = ["none", "passphrase", "security-key", "card"];

/**
 * How the keys of a file are to be protected on this computer, and what each way is worth. The passphrase of the file is another
 * thing, and is never taken for it.
 * @param props.known the way that is chosen protects keys here already, and what protects them protects these too
 * @param props.now how keys that are here are protected, which is not offered to them; absent for keys of a file
 * @param props.place where security keys can be registered; null while it is not known
 */
export function ProtectionChoice(props: {
  form: ProtectionForm;
  known: boolean;
  required: Protection;
  now?: Protection;
  place: SecurityKeyPlace | null;
  busy: boolean;
  onChange: (change: Partial<ProtectionForm>) => void;
  onRegister: () => void;
  onAllow: () => void;
}): JSX.Element {
  const { form, known, required, now, onChange } = props;
  const wrong = formProblem(form, known);
  return (
    <fieldset class="stack card" data-test="setup-protection">
      <legend>{t("protection_title")}</legend>
      {isBeyond(required) && (
        <p class="notice" data-test="protection-beyond">
          {t("protection_beyond_card")}
        </p>
      )}
      {now !== "passphrase" && (
        <label class="check">
          <input type="radio" name="protection" disabled={isForbidden("passphrase", required)} checked={form.kind === "passphrase"} onChange={() => onChange({ kind: "passphrase" })} data-test="protection-passphrase" />
          <span>
            {t("protection_passphrase")} {isForbidden("passphrase", required) && <span class="dim">{t("forbidden_by_organisation")}</span>}
            <span class="dim block">{t("protection_passphrase_worth")}</span>
          </span>
        </label>
      )}
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
      {now !== "security-key" && (
        <label class="check">
          <input type="radio" name="protection" disabled={isForbidden("security-key", required)} checked={form.kind === "security-key"} onChange={() => onChange({ kind: "security-key" })} data-test="protection-security-key" />
          <span>
            {t("protection_security_key")}
            <span class="dim block">{t("protection_security_key_worth")}</span>
          </span>
        </label>
      )}
      {form.kind === "security-key" && <SecurityKeyChoice {...props} />}
      {now !== "none" && (
        <label class="check">
          <input type="radio" name="protection" disabled={required !== "none"} checked={form.kind === "none"} onChange={() => onChange({ kind: "none" })} data-test="protection-none" />
          <span>
            {t("protection_none")} {required !== "none" && <span class="dim">{t("forbidden_by_organisation")}</span>}
            <span class="dim block">{t("setup_protection_none")}</span>
          </span>
        </label>
      )}
    </fieldset>
  );
}
