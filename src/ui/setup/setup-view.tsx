import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { DamageNotice } from "../shared/damage-notice.tsx";
import { Fetching } from "../shared/fetching.tsx";
import { t } from "../shared/i18n.ts";
import { OrganisationLinks } from "../shared/organisation-links.tsx";
import { Problem } from "../shared/problem.tsx";
import { BackupButtons } from "../keys/backup-section.tsx";
import { BackupDialog } from "../keys/backup-dialog.tsx";
import { Imported, KeyStep } from "./key-step.tsx";
import { endedBy, type SetupActions, type SetupModel, type SetupStep } from "./model.ts";

const steps: SetupStep[] = ["key", "webmail", "done"];

/** The set-up window: your key, your webmail, try it. */
export function SetupView({ model, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // A new step is read from its heading; at the start focus stays where the person put it.
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [model.step]);
  return (
    <main class="page setup" aria-busy={model.busy}>
      <h1>{t("setup_title")}</h1>
      <ol class="steps" aria-label={t("setup_steps")}>
        {steps.map((step) => (
          <li key={step} aria-current={step === model.step ? "step" : undefined}>
            {t(`setup_step_${step}`)}
          </li>
        ))}
      </ol>
      <h2 ref={heading} tabIndex={-1}>
        {t(`setup_heading_${model.step}`)}
      </h2>
      {model.state?.damage && (
        <DamageNotice damage={model.state.damage}>
          <a href="options.html#repair">{t("repair_open")}</a>
        </DamageNotice>
      )}
      {model.step !== "key" && <Imported model={model} again={actions.again} />}
      {model.step !== "key" && <Backups model={model} actions={actions} />}
      {model.step === "key" && <KeyStep model={model} actions={actions} />}
      {model.step === "webmail" && <WebmailStep model={model} actions={actions} />}
      {model.step === "done" && <DoneStep model={model} actions={actions} />}
    </main>
  );
}

/** A lost key is lost mail: whoever has not kept the file may save it now, once. */
function Backups({ model: { backups, backup }, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element | null {
  if (backups.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="setup-backup" data-test="setup-backups">
      <h3 id="setup-backup">{t("setup_backup_title")}</h3>
      <p>{t("setup_backup_text")}</p>
      {backups.map((key) => (
        <p key={key.id}>
          {backups.length > 1 && (
            <span class="block">
              <bdi>{key.certificate.name}</bdi> <bdi class="address dim">{key.certificate.addresses.join(", ")}</bdi>
            </span>
          )}
          <BackupButtons backup={key} actions={actions} />
        </p>
      ))}
      {backup && <BackupDialog step={backup} actions={actions} />}
    </section>
  );
}

function WebmailStep({ model, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element {
  const ends = endedBy(model);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        actions.grant();
      }}
    >
      <p>{t("setup_webmail_text")}</p>
      <label class="stack">
        {t("setup_webmail_address")}
        <input type="url" inputMode="url" autoComplete="url" spellcheck={false} value={model.webmail} onInput={(event) => actions.setWebmail(event.currentTarget.value)} data-test="webmail-address" />
      </label>
      <p class="dim">{t("setup_webmail_what")}</p>
      {ends !== null && (
        <div class="stack" data-test="webmail-ends-security-keys">
          <p class="notice">{t("setup_webmail_ends", ends)}</p>
          <label class="check">
            <input type="checkbox" checked={model.anyway} onChange={() => actions.setAnyway(!model.anyway)} data-test="webmail-anyway" />
            <span>{t("setup_webmail_anyway")}</span>
          </label>
        </div>
      )}
      {model.declined && <p role="status">{t("setup_webmail_declined")}</p>}
      {model.state?.fetching.way === "none" && <FetchingPart state={model.state.fetching} onAllow={actions.allowFetching} />}
      {model.problem && <Problem code={model.problem} />}
      <Buttons>
        <button type="button" onClick={() => actions.go("key")}>
          {t("back")}
        </button>
        <button type="submit" class="primary" disabled={model.webmail.trim() === "" || (ends !== null && !model.anyway)} data-test="grant">
          {t("setup_webmail_allow")}
        </button>
      </Buttons>
    </form>
  );
}

/** The second permission, under a heading of its own: it is not about the webmail. */
function FetchingPart(props: Parameters<typeof Fetching>[0]): JSX.Element {
  return (
    <section class="stack" aria-labelledby="fetching">
      <h3 id="fetching">{t("fetching_title")}</h3>
      <Fetching {...props} />
    </section>
  );
}

/** What to do next to see it work, with the webmail one press away. */
function DoneStep({ model, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element {
  const { identities = [], webmails = [], cards = "unused" } = model.state ?? {};
  // Whoever has his key on a card has it when the card is in its reader.
  const ready = identities.length > 0 || cards !== "unused";
  const address = identities.find(({ canSign, canDecrypt }) => canSign && canDecrypt)?.certificate.addresses[0] ?? identities[0]?.certificate.addresses[0] ?? "";
  // The one that was just allowed comes first.
  const origins = webmails.filter(({ granted }) => granted).map(({ origin }) => origin).sort((a, b) => Number(b === model.webmail) - Number(a === model.webmail));
  return (
    <div class="stack" data-test="setup-done">
      <p>{t(ready ? "setup_done_text" : "setup_done_no_key")}</p>
      {!ready && model.state && <OrganisationLinks contacts={model.state.organisation} />}
      {ready && (
        <ol class="try">
          <li>{t("setup_try_open")}</li>
          <li>{t("setup_try_write", address)}</li>
          <li>{t("setup_try_read")}</li>
        </ol>
      )}
      {model.state?.fetching.way === "none" && <FetchingPart state={model.state.fetching} onAllow={actions.allowFetching} />}
      {model.problem && <Problem code={model.problem} />}
      <div class="buttons">
        {origins.map((origin, index) => (
          <button key={origin} type="button" class={ready && index === 0 ? "primary" : ""} onClick={() => actions.openWebmail(origin)} data-test="open-webmail">
            {t("setup_open_webmail", origin.replace(/^https:\/\//, ""))}
          </button>
        ))}
      </div>
      <Buttons>
        <button type="button" onClick={() => actions.go("webmail")}>
          {t("setup_another_webmail")}
        </button>
        {!ready && (
          <button type="button" class="primary" onClick={() => actions.go("key")}>
            {t("setup_step_key")}
          </button>
        )}
      </Buttons>
    </div>
  );
}

export function Buttons({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="buttons buttons-end">{children}</div>;
}
