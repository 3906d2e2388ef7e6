import type { JSX } from "preact";
import type { Code } from "../../base/codes/index.ts";
import type { ExtensionState, PageAnswers } from "../../protocol/page-requests.ts";
import type { NamedMessage } from "../../protocol/shapes.ts";
import { Locks } from "../locks/locks.tsx";
import { DamageNotice } from "../shared/damage-notice.tsx";
import { EndingNote } from "../shared/ending-note.tsx";
import { formatMoment } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { Lock, Seal } from "../shared/marks.tsx";
import { OrganisationLinks } from "../shared/organisation-links.tsx";
import { Person } from "../shared/person.tsx";
import { Problem } from "../shared/problem.tsx";

/** What the popup knows. */
export interface PopupModel {
  state: ExtensionState | null;
  /** What the active tab shows; the message is null where its reader did not name it. */
  shown: PageAnswers["verdict.current"];
  /** Origin of the active tab if it is one of the web; null otherwise. */
  origin: string | null;
  granted: boolean;
  webmail: boolean;
  problem: Code | null;
}

export interface PopupActions {
  /** Called directly in the click handler. */
  grant: () => void;
  /** A click in a window of ours: messages of this webmail open again after its failure budget was used up. */
  allowOpening: () => void;
  open: (page: "setup" | "certificates" | "options" | "keys") => void;
  lock: () => void;
  /** Opens the window that unlocks the keys of a vault. */
  unlock: (vault: string) => void;
  /** Says nothing more of a certificate that ends, for a week. */
  putOff: (id: string) => void;
  set: (settings: { signByDefault?: boolean; encryptByDefault?: boolean }) => void;
}

/** The same verdict as in the page, in the browser's own space, where no page can forge it. */
export function PopupView({ model, actions }: { model: PopupModel; actions: PopupActions }): JSX.Element {
  const { state } = model;
  return (
    <main class="popup" aria-busy={state === null}>
      <h1>{t("extensionName")}</h1>
      <Verdict model={model} />
      {model.problem && <Problem code={model.problem} />}
      {state?.damage && <DamageNotice damage={state.damage} />}
      {(state?.damage || model.problem?.startsWith("store.")) && (
        <button type="button" onClick={() => actions.open("options")} data-test="open-repair">
          {t("repair_open")}
        </button>
      )}
      {model.shown?.verdict.sentence === "sentence_closed_budget" && (
        <button type="button" class="primary" onClick={actions.allowOpening} data-test="allow-opening">
          {t("popup_allow_opening")}
        </button>
      )}
      {model.origin !== null && !model.granted && model.webmail && (
        <section class="stack">
          <p>
            {t("popup_webmail_found")} <bdi class="address">{model.origin}</bdi>
          </p>
          <button type="button" class="primary" onClick={actions.grant} data-test="grant">
            {t("popup_use_here")}
          </button>
        </section>
      )}
      {state && state.identities.length === 0 && state.cards !== "unused" && <p data-test="card-away">{t("popup_card_away")}</p>}
      {state && state.identities.length === 0 && state.cards === "unused" && (
        <section class="stack">
          <p>{t("popup_no_key")}</p>
          <button type="button" class="primary" onClick={() => actions.open("setup")} data-test="open-setup">
            {t("control_set_up")}
          </button>
          <OrganisationLinks contacts={state.organisation} />
        </section>
      )}
      {state?.endings.filter(({ dismissed }) => !dismissed).map((ending) => (
        <EndingNote key={ending.id + ending.address} ending={ending} onPutOff={() => actions.putOff(ending.id)}>
          <OrganisationLinks contacts={state.organisation} only="enrol" />
          <button type="button" onClick={() => actions.open("keys")} data-test="open-keys">
            {t("keys_make_title")}
          </button>
        </EndingNote>
      ))}
      {state && <Locks locks={state.locks} onLock={actions.lock} onUnlock={actions.unlock} />}
      {state && (state.identities.length > 0 || state.cards !== "unused") && <Defaults state={state} actions={actions} />}
      <nav class="popup-links" aria-label={t("popup_more")}>
        <button type="button" class="link" onClick={() => actions.open("certificates")} data-test="open-certificates">
          {t("certificates_title")}
        </button>
        <button type="button" class="link" onClick={() => actions.open("options")} data-test="open-options">
          {t("options_title")}
        </button>
        <button type="button" class="link" onClick={() => actions.open("setup")}>
          {t("setup_title")}
        </button>
      </nav>
    </main>
  );
}

function Verdict({ model: { shown, granted } }: { model: PopupModel }): JSX.Element {
  if (!shown) return <p class="popup-verdict dim" data-test="popup-verdict">{t(granted ? "popup_no_message" : "popup_not_here")}</p>;
  const { verdict, message } = shown;
  const { signed, encrypted } = verdict;
  const careful = verdict.sentence.startsWith("sentence_careful");
  return (
    <section class={`popup-verdict ${careful ? "popup-careful" : ""}`} data-test="popup-verdict" data-key={verdict.sentence}>
      <p class="bar-state">
        <Seal state={signed === "verified" ? "filled" : signed === "unverified" ? "struck" : "none"} />
        <Lock state={encrypted === "decrypted" ? "filled" : encrypted === "failed" ? "outline" : "none"} />
        <span>{t(verdict.sentence, ...verdict.substitutions)}</span>
      </p>
      {message ? (
        <Named message={message} />
      ) : (
        verdict.author !== null && (
          <p>
            <bdi class="address">{verdict.author}</bdi>
          </p>
        )
      )}
    </section>
  );
}

/** Which message the sentence is about, so that a page cannot put it beside another one. */
function Named({ message: { from, subject, date } }: { message: NamedMessage }): JSX.Element {
  return (
    <dl class="popup-message" data-test="popup-message">
      <div>
        <dt>{t("from")}</dt>
        <dd data-test="popup-from">{from ? <Person {...from} /> : <span class="dim">{t("reader_no_from")}</span>}</dd>
      </div>
      <div>
        <dt>{t("subject")}</dt>
        <dd data-test="popup-subject">
          <bdi class="popup-subject">{subject?.trim() || t("reader_no_subject")}</bdi>
        </dd>
      </div>
      {date !== null && (
        <div>
          <dt>{t("date")}</dt>
          <dd data-test="popup-date">
            <time dateTime={date}>{formatMoment(date)}</time>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Defaults({ state, actions }: { state: ExtensionState; actions: PopupActions }): JSX.Element {
  const { settings } = state;
  return (
    <fieldset class="stack">
      <legend>{t("defaults")}</legend>
      <label class="check">
        <input type="checkbox" checked={settings.signByDefault} disabled={settings.locked.includes("signByDefault")} data-test="sign-by-default" onChange={(event) => actions.set({ signByDefault: event.currentTarget.checked })} />
        <span>{t("default_sign")}</span>
      </label>
      <label class="check">
        <input type="checkbox" checked={settings.encryptByDefault} disabled={settings.locked.includes("encryptByDefault")} data-test="encrypt-by-default" onChange={(event) => actions.set({ encryptByDefault: event.currentTarget.checked })} />
        <span>{t("default_encrypt")}</span>
      </label>
      {["signByDefault", "encryptByDefault"].some((name) => settings.locked.includes(name)) && <p class="dim">{t("set_by_organisation")}</p>}
    </fieldset>
  );
}
