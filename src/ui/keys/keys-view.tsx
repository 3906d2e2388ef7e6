import type { JSX } from "preact";
import { Offers } from "../certificates/offers.tsx";
import { CompareDialog } from "../shared/compare-dialog.tsx";
import { codeText, t } from "../shared/i18n.ts";
import { OrganisationLinks } from "../shared/organisation-links.tsx";
import { Problem } from "../shared/problem.tsx";
import { BackupSection } from "./backup-section.tsx";
import { MakeForm } from "./make-form.tsx";
import type { KeysActions, KeysModel } from "./model.ts";
import { ProtectionDialog } from "./protection-dialog.tsx";
import { WaitingList } from "./waiting-list.tsx";

/** Keys from their making to their backup: make one, give its request away, take its certificate in, save a copy. */
export function KeysView({ model, actions }: { model: KeysModel; actions: KeysActions }): JSX.Element {
  const { state } = model;
  return (
    <main class="page" aria-busy={model.busy || state === null}>
      <h1>{t("keys_title")}</h1>
      {state && (
        <>
          <MakeForm model={model} known={state.known} actions={actions} />
          <section aria-labelledby="waiting" class="stack" data-test="waiting">
            <h2 id="waiting">{t("keys_waiting_title")}</h2>
            <WaitingList model={model} waiting={state.waiting} actions={actions} />
            {state.waiting.length > 0 && <OrganisationLinks contacts={state.organisation} only="enrol" />}
          </section>
          <Came model={model} actions={actions} />
          <BackupSection backup={model.backup} backups={state.backups} actions={actions} />
          <p class="buttons">
            <a href="options.html">{t("options_title")}</a>
            <a href="certificates.html">{t("certificates_title")}</a>
            <a href="help.html#make_key">{t("help_title")}</a>
          </p>
        </>
      )}
      {model.protecting && <ProtectionDialog key={model.protecting.group} step={model.protecting} model={model} actions={actions} />}
      {model.comparing && <CompareDialog key={model.comparing.certificate.sha256} offer={model.comparing} onTrust={actions.trust} onClose={() => actions.compare(null)} />}
    </main>
  );
}

/** Where the authority's answer is taken in, and what became of it. */
function Came({ model, actions }: { model: KeysModel; actions: KeysActions }): JSX.Element {
  return (
    <section aria-labelledby="came" class="stack">
      <h2 id="came">{t("keys_came_title")}</h2>
      <label class="stack">
        {t("keys_came")}
        <input
          type="file"
          accept=".cer,.crt,.pem,.der,.p7b,.p7c,application/pkix-cert,application/pkcs7-mime"
          data-test="issued-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) actions.takeIn(file);
          }}
        />
      </label>
      {model.problem?.where === "taken" && <Problem code={model.problem.code} />}
      <div role="status" data-test="issued-taken">
        {model.taken.map(({ id, certificate, code, protectionCode }) => (
          <p key={id} class="notice">
            <span>
              {t("keys_taken")} <bdi>{certificate.name}</bdi> <bdi class="address dim">{certificate.addresses.join(", ")}</bdi>
              {code !== "ok" && <span class="block">{codeText(code)}</span>}
              {protectionCode !== "ok" && <span class="block">{codeText(protectionCode)}</span>}
            </span>
          </p>
        ))}
        {model.unprotectable.map(({ sha256, name }) => (
          <p key={sha256} class="notice" data-test="issued-unprotectable">
            <span>
              <bdi>{name}</bdi> <span class="block">{codeText("keys.born-unprotected")}</span>
            </span>
          </p>
        ))}
      </div>
      <Offers offers={model.offers} onCompare={actions.compare} />
    </section>
  );
}
