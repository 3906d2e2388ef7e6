import type { JSX } from "preact";
import type { WaitingFacts } from "../../protocol/own-keys.ts";
import { Dialog } from "../shared/dialog.tsx";
import { formatDay } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import { groupsOf, type KeysActions, type KeysModel, requestText } from "./model.ts";

const KINDS: Record<WaitingFacts["kind"], string> = { "rsa-3072": "RSA 3072", "p-256": "EC P-256", ed25519: "Ed25519", x25519: "X25519" };
const USES: Record<WaitingFacts["use"], string> = { sign: "keys_use_sign", encrypt: "keys_use_encrypt", both: "keys_use_both" };

const WORDS: Record<WaitingFacts["protection"], string> = { none: "protection_is_none", passphrase: "protection_is_passphrase", "security-key": "protection_is_security_key", card: "protection_is_card" };

/** Requests that were not answered yet: for whom, of what, since when; shown again, saved, or given up. */
export function WaitingList({ model, waiting, actions }: { model: KeysModel; waiting: WaitingFacts[]; actions: KeysActions }): JSX.Element {
  const { givingUp } = model;
  return (
    <>
      {waiting.length === 0 ? <p class="dim">{t("keys_waiting_none")}</p> : <p class="dim">{t("keys_waiting_text")}</p>}
      {groupsOf(waiting).map((group) => (
        <Group key={group[0]?.group} group={group} model={model} actions={actions} />
      ))}
      {givingUp && (
        <Dialog title={t("keys_give_up_title")} onClose={() => actions.askGiveUp(null)} test="give-up">
          <p>{t("keys_give_up_text", givingUp[0]?.address ?? "")}</p>
          <div class="buttons buttons-end">
            <button type="button" onClick={() => actions.askGiveUp(null)}>
              {t("back")}
            </button>
            <button type="button" class="careful" onClick={actions.giveUp} data-test="give-up-confirm">
              {t("keys_give_up")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Group({ group, model: { made, copied }, actions }: { group: WaitingFacts[]; model: KeysModel; actions: KeysActions }): JSX.Element | null {
  const [first] = group;
  if (!first) return null;
  const { group: name, address, madeAt } = first;
  const isNew = made.some((key) => key.group === name);
  return (
    <div class="card stack" data-test="waiting-key" data-group={name}>
      <h3>
        {first.name && <bdi>{first.name} </bdi>}
        <bdi class="address">{address}</bdi>
      </h3>
      {isNew && (
        <p role="status" data-test="key-made">
          {t("keys_made")}
        </p>
      )}
      <ul class="plain-list">
        {group.map((key) => (
          <Key key={key.id} waiting={key} actions={actions} />
        ))}
      </ul>
      <p class="dim">{t("keys_made_on", formatDay(madeAt))}</p>
      {group.some(({ kind }) => kind === "x25519") && <p>{t("keys_x25519")}</p>}
      <details>
        <summary>{t("keys_request")}</summary>
        <pre class="mono" dir="ltr" tabIndex={0} data-test="request-text">
          {requestText(group)}
        </pre>
      </details>
      <div class="buttons">
        <button type="button" onClick={() => actions.copy(name)} data-test="request-copy">
          {t("keys_copy")}
        </button>
        <button type="button" onClick={() => actions.save(name)} data-test="request-save">
          {t("keys_save")}
        </button>
        <button type="button" onClick={() => actions.askGiveUp(group)} data-test="key-give-up">
          {t("keys_give_up")}
        </button>
        <span role="status" class="dim">
          {copied?.group === name && t(copied.done ? "details_copied" : "details_copy_failed")}
        </span>
      </div>
    </div>
  );
}

/** What a key is for, what it still waits for, how it is protected, and what the organisation misses in it, with the way out. */
function Key({ waiting, actions }: { waiting: WaitingFacts; actions: KeysActions }): JSX.Element {
  const { group, kind, use, missing, protection, code } = waiting;
  return (
    <li data-test="waiting-use" data-missing={missing.join(" ")} data-protection={protection}>
      <bdi>{KINDS[kind]}</bdi>, {t(USES[use])}
      {use === "both" && missing.length === 1 && <strong class="block">{t(missing[0] === "sign" ? "keys_missing_sign" : "keys_missing_encrypt")}</strong>}
      <span class="dim block">{t(WORDS[protection])}</span>
      {code !== "ok" && (
        <div class="notice" data-test="waiting-problem" data-code={code}>
          <span>{codeText(code)}</span>
          {code === "keys.protect-first" ? (
            <button type="button" onClick={() => actions.askProtect(group)} data-test="waiting-protect">
              {t("keys_protect")}
            </button>
          ) : (
            <button type="button" onClick={() => actions.askGiveUp([waiting])} data-test="waiting-give-up">
              {t("keys_give_up")}
            </button>
          )}
        </div>
      )}
    </li>
  );
}
