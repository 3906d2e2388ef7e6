import type { JSX } from "preact";
import type { SecurityKeyPlace } from "../../protocol/unlock.ts";
import { RecoveryCode } from "../locks/recovery-code.tsx";
import { PlaceProblem } from "../locks/place-problem.tsx";
import { t } from "../shared/i18n.ts";
import type { ProtectionForm } from "./protection-form.ts";

/** The first security key and its recovery code, or that the one there protects these keys too; or why there can be none here. */
export function SecurityKeyChoice(props: {
  form: ProtectionForm;
  known: boolean;
  place: SecurityKeyPlace | null;
  busy: boolean;
  onChange: (change: Partial<ProtectionForm>) => void;
  onRegister: () => void;
  onAllow: () => void;
}): JSX.Element | null {
  const { form, known, place, busy, onChange, onRegister, onAllow } = props;
  if (place === null) return null;
  if (place.code !== "ok") return <PlaceProblem place={place} onAllow={onAllow} />;
  if (known) return <p>{t("security_key_same")}</p>;
  if (form.first) {
    return (
      <>
        <p role="status" data-test="security-key-registered">
          {t("security_key_registered", form.first.registered.label)}
        </p>
        <RecoveryCode code={form.first.code} kept={form.kept} onKept={(kept) => onChange({ kept })} />
      </>
    );
  }
  return (
    <div class="stack">
      <p>{t("security_key_new")}</p>
      <label class="stack">
        {t("security_key_label")}
        <input type="text" autoComplete="off" maxLength={100} value={form.label} data-test="security-key-label" onInput={(event) => onChange({ label: event.currentTarget.value })} />
      </label>
      <p class="buttons">
        <button type="button" disabled={busy || form.label.trim() === ""} onClick={onRegister} data-test="security-key-register">
          {t("security_key_register")}
        </button>
      </p>
    </div>
  );
}
