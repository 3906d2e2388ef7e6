import type { JSX } from "preact";
import type { BackupFacts } from "../../protocol/own-keys.ts";
import { formatDay } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { type BackupActions, type BackupStep } from "./backup.ts";
import { BackupDialog } from "./backup-dialog.tsx";

/** Keys that mail is encrypted to, and which of them can be saved: once, after they were made or imported here. */
export function BackupSection({ backup, backups, actions }: { backup: BackupStep | null; backups: BackupFacts[]; actions: BackupActions }): JSX.Element {
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
              {key.state === "possible" && (key.fromFile ? <span class="block">{t("keys_backup_from_file")}</span> : <strong class="block">{t("keys_backup_due")}</strong>)}
              {key.state === "gone" && <span class="block">{t("keys_backup_gone")}</span>}
              {key.state === "forbidden" && <span class="block">{t("set_by_organisation")}</span>}
            </span>
            {key.state !== "gone" && <BackupButtons backup={key} actions={actions} />}
          </li>
        ))}
      </ul>
      {backup && <BackupDialog step={backup} actions={actions} />}
    </section>
  );
}

/** To save a key, or not to: whoever imported it may have its file. */
export function BackupButtons({ backup: key, actions }: { backup: BackupFacts; actions: BackupActions }): JSX.Element {
  const { name } = key.certificate;
  return (
    <span class="buttons">
      <button type="button" disabled={key.state === "forbidden"} aria-label={t("keys_backup_named", name)} onClick={() => actions.backUp(key)} data-test="backup-open">
        {t("keys_backup")}
      </button>
      {key.state === "possible" && key.fromFile && (
        <button type="button" aria-label={t("keys_backup_have_file_named", name)} onClick={() => actions.haveFile(key)} data-test="backup-have-file">
          {t("keys_backup_have_file")}
        </button>
      )}
    </span>
  );
}
