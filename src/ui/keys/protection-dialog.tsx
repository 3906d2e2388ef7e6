import type { JSX } from "preact";
import { isBeyond, isForbidden, ProtectionChoice } from "../setup/protection-choice.tsx";
import { formProblem, vaultFor } from "../setup/protection-form.ts";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import type { KeysActions, KeysModel, ProtectionStep } from "./model.ts";

/** Asks how keys that are to be made, or that wait without protection, are protected: as set-up asks it of a file's. */
export function ProtectionDialog({ step, model: { busy, problem }, actions }: { step: ProtectionStep; model: KeysModel; actions: KeysActions }): JSX.Element {
  const { form, required, locks, group } = step;
  const known = vaultFor(form, locks.vaults) !== null;
  const incomplete = formProblem(form, known) !== null || isForbidden(form.kind, required) || isBeyond(required) || (group !== null && form.kind === "none");
  return (
    <Dialog title={t(group === null ? "keys_protect_new" : "keys_protect_title")} onClose={actions.closeProtection} test="key-protection">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!incomplete && !busy) actions.protect();
        }}
      >
        <p>{t(group === null ? "keys_protect_new_text" : "keys_protect_text")}</p>
        <ProtectionChoice form={form} known={known} required={required} place={locks.securityKeys} busy={busy} onChange={actions.setProtection} onRegister={actions.registerKey} onAllow={actions.allowRelyingParty} />
        <p role="status" class="dim">
          {busy && group === null && t("keys_making")}
        </p>
        {problem?.where === "protection" && <Problem code={problem.code} />}
        <div class="buttons buttons-end">
          <button type="button" onClick={actions.closeProtection}>
            {t("back")}
          </button>
          <button type="submit" class="primary" disabled={busy || incomplete} data-test="key-protect">
            {t(group === null ? "keys_make" : "keys_protect_do")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
