import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { CompareDialog } from "../shared/compare-dialog.tsx";
import { DamageNotice } from "../shared/damage-notice.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { formatDay } from "../shared/format.ts";
import { language, t } from "../shared/i18n.ts";
import { OrganisationLinks } from "../shared/organisation-links.tsx";
import { Problem } from "../shared/problem.tsx";
import type { RepairActions, RepairModel, Restored, RestoreOffer } from "./repair-model.ts";

/** Codes after which everything that is there is used as it is, once the person knows. */
const MAY_GO_ON: ReadonlySet<string> = new Set(["store.lost", "store.unreadable"]);

/** Saving what Mailseal keeps, bringing it back, and beginning anew: always there, and in front when something is wrong. */
export function RepairSection({ model, actions }: { model: RepairModel; actions: RepairActions }): JSX.Element {
  const { state, problem, busy, saved, restored, offers, comparing, asking } = model;
  const damage = state?.damage ?? null;
  return (
    <section aria-labelledby="repair" aria-busy={busy} data-test="repair">
      <h2 id="repair">{t("repair_title")}</h2>
      {damage ? <DamageNotice damage={damage} /> : <p class="dim">{t("repair_fine")}</p>}
      {problem && <Problem code={problem} />}
      <p>{t("repair_save_text")}</p>
      {state && state.keys.length > 0 && <Keys title={t("repair_keys_not_saved")} keys={state.keys} />}
      {state && state.enrolment !== "" && <OrganisationLinks contacts={{ enrolment: state.enrolment, help: "", notice: "" }} />}
      <div class="buttons">
        <button type="button" class={damage ? "primary" : ""} disabled={busy} onClick={actions.save} data-test="repair-save">
          {t("repair_save")}
        </button>
        {damage && MAY_GO_ON.has(damage.code) && (
          <button type="button" disabled={busy} onClick={actions.acknowledge} data-test="repair-acknowledge">
            {t("repair_acknowledge")}
          </button>
        )}
        {damage && (
          <button type="button" disabled={busy} onClick={() => actions.ask(true)} data-test="repair-anew">
            {t("repair_anew")}
          </button>
        )}
      </div>
      {saved && <p role="status">{t("repair_saved")}</p>}
      <label class="stack">
        {t("repair_restore")}
        <input
          type="file"
          accept=".json,application/json"
          disabled={busy}
          data-test="repair-restore"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = "";
            if (file) actions.restore(file);
          }}
        />
      </label>
      <p class="dim">{t("repair_restore_text")}</p>
      {restored && <RestoredFacts restored={restored} />}
      {offers.length > 0 && <Offers offers={offers} actions={actions} />}
      {comparing && <CompareDialog offer={comparing} onTrust={actions.trust} onClose={() => actions.compare(null)} />}
      {asking && <StartAnew saved={saved} actions={actions} />}
    </section>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly { subject: string; serial: string; notAfter: string }[] }): JSX.Element {
  return (
    <>
      <p>{title}</p>
      <ul class="plain-list" data-test="repair-keys">
        {keys.map(({ subject, serial, notAfter }) => (
          <li key={`${subject} ${serial}`}>
            <bdi>{subject}</bdi> <span class="dim">{t("repair_key_line", serial, formatDay(notAfter))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function RestoredFacts({ restored: { people, authorities, lists, drafts, refused, waiting, keys } }: { restored: Restored }): JSX.Element {
  const lines = { people, authorities, lists, drafts, refused, waiting };
  return (
    <div role="status" data-test="repair-restored">
      <ul class="plain-list">
        {Object.entries(lines).map(([name, count]) => (count > 0 || name === "people" ? <li key={name}>{t(`repair_restored_${name}`, new Intl.NumberFormat(language()).format(count))}</li> : null))}
      </ul>
      {keys.length > 0 && <Keys title={t("repair_keys_again")} keys={keys} />}
    </div>
  );
}

function Offers({ offers, actions }: { offers: readonly RestoreOffer[]; actions: RepairActions }): JSX.Element {
  return (
    <>
      <p>{t("repair_offers")}</p>
      <ul class="rows" data-test="repair-offers">
        {offers.map((offer, index) => {
          const { name, button } = wordsOf(offer);
          return (
            <li key={index} class="row">
              <bdi class="row-main">{name}</bdi>
              <button
                type="button"
                aria-label={`${button}: ${name}`}
                data-test={`repair-offer-${offer.kind}`}
                onClick={() => {
                  if (offer.kind === "authority" || offer.kind === "person") actions.compare(offer.offer);
                  else actions.take(offer);
                }}
              >
                {button}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function wordsOf(offer: RestoreOffer): { name: string; button: string } {
  switch (offer.kind) {
    case "authority":
    case "person":
      return { name: offer.offer.certificate.subject, button: t(`compare_trust_${offer.offer.kind}`) };
    case "distrust":
      return { name: offer.certificate.subject, button: t("repair_distrust") };
    case "webmail":
      return { name: offer.origin, button: t("setup_webmail_allow") };
    case "directory":
      return { name: offer.url, button: t("repair_directory_add") };
    case "defaults":
      return { name: t("repair_defaults", t(offer.sign ? "repair_on" : "repair_off"), t(offer.encrypt ? "repair_on" : "repair_off")), button: t("repair_defaults_use") };
  }
}

/** The question comes after the offer to save, and says again what is lost. */
function StartAnew({ saved, actions }: { saved: boolean; actions: RepairActions }): JSX.Element {
  const [sure, setSure] = useState(false);
  return (
    <Dialog title={t("repair_anew_title")} onClose={() => actions.ask(false)} test="repair-anew-dialog">
      <p>{t("repair_anew_text")}</p>
      {!saved && (
        <div class="buttons">
          <button type="button" onClick={actions.save} data-test="repair-anew-save">
            {t("repair_save")}
          </button>
        </div>
      )}
      <label class="check">
        <input type="checkbox" checked={sure} data-test="repair-anew-sure" onChange={(event) => setSure(event.currentTarget.checked)} />
        <span>{t("repair_anew_sure")}</span>
      </label>
      <div class="buttons buttons-end">
        <button type="button" onClick={() => actions.ask(false)}>
          {t("back")}
        </button>
        <button type="button" class="primary" disabled={!sure} onClick={actions.startAnew} data-test="repair-anew-confirm">
          {t("repair_anew_confirm")}
        </button>
      </div>
    </Dialog>
  );
}
