import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LockFacts, SecurityKeyPlace } from "../../protocol/unlock.ts";
import { AddSecurityKey } from "../locks/add-security-key.tsx";
import { PlaceProblem } from "../locks/place-problem.tsx";
import { RenewRecoveryCode } from "../locks/renew-recovery-code.tsx";
import type { SecurityKeyDesk } from "../locks/security-key-desk.ts";
import { formatDay } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";

/** The security keys that unlock one's keys, and the recovery code. */
export function SecurityKeys(props: { vault: LockFacts["vaults"][number]; place: SecurityKeyPlace; desk: SecurityKeyDesk; onRemove: (lock: string) => void; onAllow: (domain: string) => void }): JSX.Element {
  const { vault, place, desk, onRemove, onAllow } = props;
  const [dialog, setDialog] = useState<"add" | "renew" | null>(null);
  const last = vault.locks.length === 1;
  return (
    <section class="stack" aria-labelledby="security-keys" data-test="security-keys">
      <h3 id="security-keys">{t("security_keys_title")}</h3>
      <p class="dim">{t("security_keys_text")}</p>
      <ul class="rows">
        {vault.locks.map(({ id, kind, label, addedAt }) => (
          <li class="row" key={id} data-test="lock" data-kind={kind}>
            <span class="row-main">
              {kind === "recovery-code" ? t("recovery_row") : <bdi>{label}</bdi>}
              {addedAt !== null && <span class="dim block">{t("security_key_added", formatDay(addedAt))}</span>}
            </span>
            {kind === "security-key" && (
              <button type="button" disabled={last} onClick={() => onRemove(id)} data-test="lock-remove">
                {t("security_key_remove", label)}
              </button>
            )}
          </li>
        ))}
      </ul>
      {place.code !== "ok" && <PlaceProblem place={place} onAllow={() => place.relyingParty !== null && onAllow(place.relyingParty)} />}
      <p class="buttons">
        <button type="button" disabled={place.code !== "ok"} onClick={() => setDialog("add")} data-test="security-key-add">
          {t("security_key_add")}
        </button>
        <button type="button" onClick={() => setDialog("renew")} data-test="recovery-renew">
          {t("recovery_renew")}
        </button>
      </p>
      {dialog === "add" && <AddSecurityKey vault={vault.id} desk={desk} onClose={() => setDialog(null)} />}
      {dialog === "renew" && <RenewRecoveryCode vault={vault.id} desk={desk} onClose={() => setDialog(null)} />}
    </section>
  );
}
