import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { ExtensionState } from "../../protocol/page-requests.ts";
import type { Protection, UnlockAnswer } from "../../protocol/unlock.ts";
import { LifetimeChoice } from "../locks/lifetime.tsx";
import { Locks } from "../locks/locks.tsx";
import { ChangeProtection } from "../locks/change-protection.tsx";
import { ChangePassphrase } from "../locks/change-passphrase.tsx";
import type { SecurityKeyDesk } from "../locks/security-key-desk.ts";
import { codeText, t } from "../shared/i18n.ts";
import { SecurityKeys } from "./security-keys.tsx";

export interface ProtectionActions {
  desk: SecurityKeyDesk;
  removeLock: (vault: string, lock: string) => void;
  /** Called directly in the click handler. */
  allowRelyingParty: (domain: string) => void;
  lock: () => void;
  unlock: (vault: string) => void;
  setMinutes: (minutes: number | null) => void;
  /** Null if it could not be asked. */
  changePassphrase: (vault: string, old: string, next: string) => Promise<UnlockAnswer | null>;
}

const WORDS: Record<Protection, string> = { none: "protection_is_none", passphrase: "protection_is_passphrase", "security-key": "protection_is_security_key", card: "protection_is_card" };

/** What protects each key here, what is unlocked, and for how long it usually is. */
export function ProtectionSection({ state: { identities, locks }, actions }: { state: Pick<ExtensionState, "identities" | "locks">; actions: ProtectionActions }): JSX.Element {
  const [changing, setChanging] = useState<string | null>(null);
  const [moving, setMoving] = useState<string | null>(null);
  const moved = identities.find(({ id }) => id === moving);
  const vault = locks.vaults.find(({ kind }) => kind === "passphrase");
  const keyed = locks.vaults.find(({ kind }) => kind === "security-key");
  return (
    <section aria-labelledby="protection" data-test="protection">
      <h2 id="protection">{t("protection_section")}</h2>
      {identities.length === 0 ? <p class="dim">{t("protection_no_key")}</p> : <p class="dim">{t("protection_what")}</p>}
      <ul class="rows">
        {identities.map((identity) => (
          <Row key={identity.id} identity={identity} unlocked={locks.vaults.some(({ unlocked }) => unlocked.includes(identity.id))} onChange={() => setMoving(identity.id)} />
        ))}
      </ul>
      <Locks locks={locks} onLock={actions.lock} onUnlock={actions.unlock} />
      {(vault ?? keyed) && (locks.choices.length > 0 ? <LifetimeChoice choices={locks.choices} chosen={locks.minutes} onChoose={actions.setMinutes} /> : <p class="dim">{t("unlock_each_time")}</p>)}
      {vault && (
          <p class="buttons">
            <button type="button" onClick={() => setChanging(vault.id)} data-test="change-passphrase">
              {t("passphrase_change")}
            </button>
          </p>
      )}
      {keyed && <SecurityKeys vault={keyed} place={locks.securityKeys} desk={actions.desk} onRemove={(lock) => actions.removeLock(keyed.id, lock)} onAllow={actions.allowRelyingParty} />}
      {moved && <ChangeProtection identity={moved} alike={alikeOf(moved, identities)} locks={locks} desk={actions.desk} onAllow={actions.allowRelyingParty} onClose={() => setMoving(null)} />}
      {changing !== null && <ChangePassphrase change={(old, next) => actions.changePassphrase(changing, old, next)} onClose={() => setChanging(null)} />}
    </section>
  );
}

/** Other keys that are protected as one is, and whose protection can be changed with it. */
const alikeOf = (one: IdentityFacts, all: readonly IdentityFacts[]): IdentityFacts[] => all.filter(({ id, protection, octets }) => id !== one.id && octets === "here" && protection === one.protection);

function Row({ identity: { certificate, protection, protectionCode, octets }, unlocked, onChange }: { identity: IdentityFacts; unlocked: boolean; onChange: () => void }): JSX.Element {
  return (
    <li class="row" data-test="protected-key" data-protection={protection} data-unlocked={unlocked}>
      <span class="row-main">
        <bdi>{certificate.name}</bdi> <bdi class="address dim">{certificate.addresses.join(", ")}</bdi>
        <span class="dim block">
          {t(WORDS[protection])}
          {protection === "none" && ` ${t("protection_none_worth")}`}
        </span>
        {protectionCode !== "ok" && (
          <span class="block" data-test="protection-required">
            {codeText(protectionCode)}
          </span>
        )}
        {octets === "file" && (
          <span class="dim block" data-test="protection-needs-file">
            {codeText("keys.needs-file")} <a href="setup.html">{t("setup_title")}</a>
          </span>
        )}
      </span>
      {octets === "here" && (
        <button type="button" aria-label={t("protection_change_named", certificate.name)} onClick={onChange} data-test="protection-change">
          {t("protection_change")}
        </button>
      )}
    </li>
  );
}
