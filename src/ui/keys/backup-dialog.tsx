import type { JSX } from "preact";
import { LEAST_BACKUP_PASSWORD } from "../../protocol/own-keys.ts";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { Prove } from "../locks/prove.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { type BackupActions, type BackupStep, isComplete, passwordProblem } from "./backup.ts";

/** The password is typed twice, and before it what opens the key; our copy goes only when the person says that the file is there. */
export function BackupDialog({ step, actions }: { step: BackupStep; actions: BackupActions }): JSX.Element {
  const close = (): void => actions.backUp(null);
  if (step.saved) return <Saved step={step} actions={actions} close={close} />;
  const wrong = passwordProblem(step);
  const busy = step.making !== null;
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
        <Opens step={step} actions={actions} />
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
          {busy && t("keys_backup_making")}
        </p>
        {busy && <progress aria-label={t("keys_backup_making")} max={1} value={step.making ?? 0} data-test="backup-progress" />}
        {step.problem && <Problem code={step.problem} />}
        <div class="buttons buttons-end">
          <button type="button" onClick={close}>
            {t("back")}
          </button>
          <button type="submit" class="primary" disabled={busy || !isComplete(step)} data-test="backup-save">
            {t("keys_backup_save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What opens a key under a vault is asked for, unlocked or not. */
function Opens({ step: { key, passphrase, code }, actions }: { step: BackupStep; actions: BackupActions }): JSX.Element | null {
  if (key.lock === null) return null;
  return (
    <div class="stack" data-test="backup-opens">
      <p>{t(key.lock.kind === "passphrase" ? "keys_backup_passphrase" : "keys_backup_security_key")}</p>
      {key.lock.kind === "passphrase" && <PassphraseField label={t("passphrase_yours")} value={passphrase} complete="current-password" test="backup-passphrase" onInput={(typed) => actions.typeBackup({ passphrase: typed })} />}
      {key.lock.kind === "security-key" && <Prove code={code} onChange={(typed) => actions.typeBackup({ code: typed })} />}
    </div>
  );
}

function Saved({ step, actions, close }: { step: BackupStep; actions: BackupActions; close: () => void }): JSX.Element {
  const busy = step.making !== null;
  return (
    <Dialog key="saved" title={t("keys_backup_saved_title")} onClose={close} test="backup-saved">
      <p>{t("keys_backup_saved_text")}</p>
      {busy && <progress aria-label={t("keys_backup_making")} max={1} value={step.making ?? 0} />}
      {step.problem && <Problem code={step.problem} />}
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
