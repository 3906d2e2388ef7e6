import type { JSX } from "preact";
import { type BackupFacts, LEAST_BACKUP_PASSWORD } from "../../protocol/own-keys.ts";
import { Dialog } from "../shared/dialog.tsx";
import { formatDay } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { type BackupStep, type KeysActions, type KeysModel, passwordProblem } from "./model.ts";

/** Keys that mail is encrypted to, and which of them can be saved: once, as they were made here. */
export function BackupSection({ model, backups, actions }: { model: KeysModel; backups: BackupFacts[]; actions: KeysActions }): JSX.Element {
  return (
    <section aria-labelledby="backup" class="stack" data-test="backups">
      <h2 id="backup">{t("keys_backup_title")}</h2>
      <p class="dim">{t("keys_backup_text")}</p>
      {backups.length === 0 && <p class="dim">{t("keys_backup_none")}</p>}
      <ul class="rows">
        {backups.map((key) => (
          <li key={key.id} class="row" data-test="backup" data-state={key.state}>
            <span class="row-main">
              <bdi>{key.certificate.name}</bdi> <bdi class="address dim">{key.certificate.addresses.join(", ")}</bdi>
              <span class="dim block">{t("identities_issued", key.certificate.issuerName, formatDay(key.certificate.notAfter))}</span>
              {key.state === "possible" && <strong class="block">{t("keys_backup_due")}</strong>}
              {key.state === "gone" && <span class="block">{t("keys_backup_gone")}</span>}
              {key.state === "forbidden" && <span class="block">{t("set_by_organisation")}</span>}
            </span>
            {key.state !== "gone" && (
              <button type="button" disabled={key.state === "forbidden"} aria-label={t("keys_backup_named", key.certificate.name)} onClick={() => actions.backUp(key)} data-test="backup-open">
                {t("keys_backup")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {model.backup && <BackupDialog step={model.backup} model={model} actions={actions} />}
    </section>
  );
}

/** The password is typed twice; the copy here goes only when the person says that the file is there. */
function BackupDialog({ step, model: { busy, problem }, actions }: { step: BackupStep; model: KeysModel; actions: KeysActions }): JSX.Element {
  const wrong = passwordProblem(step);
  const close = (): void => actions.backUp(null);
  if (step.saved) {
    return (
      <Dialog key="saved" title={t("keys_backup_saved_title")} onClose={close} test="backup-saved">
        <p>{t("keys_backup_saved_text")}</p>
        {problem?.where === "backup" && <Problem code={problem.code} />}
        <div class="buttons buttons-end">
          <button type="button" disabled={busy} onClick={actions.saveBackup}>
            {t("keys_backup_again")}
          </button>
          <button type="button" class="primary" disabled={busy} onClick={actions.backupDone} data-test="backup-done">
            {t("keys_backup_done")}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog key="password" title={t("keys_backup_dialog", step.key.certificate.name)} onClose={close} test="backup-dialog">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          actions.saveBackup();
        }}
      >
        <p>{t("keys_backup_explain")}</p>
        {step.key.both && <p>{t("keys_backup_both")}</p>}
        <label class="stack">
          {t("keys_backup_password", String(LEAST_BACKUP_PASSWORD))}
          <input type="password" autoComplete="new-password" value={step.password} data-test="backup-password" onInput={(event) => actions.typeBackup({ password: event.currentTarget.value })} />
        </label>
        <label class="stack">
          {t("keys_backup_repeat")}
          <input type="password" autoComplete="new-password" value={step.again} data-test="backup-again" onInput={(event) => actions.typeBackup({ again: event.currentTarget.value })} />
        </label>
        <p role="status" class="dim">
          {step.again !== "" && wrong === "differ" && t("keys_backup_differ")}
        </p>
        {problem?.where === "backup" && <Problem code={problem.code} />}
        <div class="buttons buttons-end">
          <button type="button" onClick={close}>
            {t("back")}
          </button>
          <button type="submit" class="primary" disabled={busy || wrong !== null} data-test="backup-save">
            {t("keys_backup_save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
