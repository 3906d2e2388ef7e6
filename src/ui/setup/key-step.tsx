import type { JSX } from "preact";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import type { IdentityFacts, IdentityPreview } from "../../protocol/identities.ts";
import { CertificateFactsList } from "../shared/certificate-facts.tsx";
import { CompareDialog } from "../shared/compare-dialog.tsx";
import { formatDay } from "../shared/format.ts";
import { codeText, plural, t } from "../shared/i18n.ts";
import { OrganisationLinks, OrganisationNotice } from "../shared/organisation-links.tsx";
import { Problem } from "../shared/problem.tsx";
import { knownVault, type SetupActions, type SetupModel } from "./model.ts";
import { formProblem } from "./protection-form.ts";
import { isBeyond, isForbidden, ProtectionChoice } from "./protection-choice.tsx";

/** Step one: a key from a file, seen before it is taken, and what its protection on this computer is worth. */
export function KeyStep({ model, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element {
  const own = model.state?.identities ?? [];
  const [onCard, had] = [own.filter(({ protection }) => protection === "card"), own.filter(({ protection }) => protection !== "card")];
  const cards = model.state?.cards ?? "unused";
  return (
    <div class="stack">
      {cards !== "unused" && (
        <p class="notice" data-test="setup-card" data-here={onCard.length > 0}>
          <span>{onCard.length > 0 ? t("setup_card_here", names(onCard)) : t("setup_card_absent")}</span>
          <button type="button" class={onCard.length > 0 ? "primary" : undefined} onClick={() => actions.go("webmail")} data-test="setup-card-go">
            {t("continue")}
          </button>
        </p>
      )}
      <p>{t("setup_key_text")}</p>
      {model.state && <Organisation contacts={model.state.organisation} />}
      {had.length > 0 && (
        <p class="notice">
          <span>{plural("setup_key_had", had.length, names(had))}</span>
          <button type="button" onClick={() => actions.go("webmail")} data-test="setup-skip">
            {t("continue")}
          </button>
        </p>
      )}
      {!model.preview && (
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          actions.look();
        }}
      >
        <label class="stack">
          {t("setup_file")}
          <input
            type="file"
            accept=".p12,.pfx,.cer,.crt,.pem,.der,.p7b,.p7c,application/x-pkcs12,application/pkix-cert"
            data-test="setup-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) actions.chooseFile(file);
            }}
          />
        </label>
        <label class="stack">
          {t("setup_password")}
          <input type="password" autoComplete="current-password" value={model.password} data-test="setup-password" onInput={(event) => actions.setPassword(event.currentTarget.value)} />
        </label>
        <p class="dim">{t("setup_password_where")}</p>
        <p>
          {t("setup_no_key")} <a href="keys.html" data-test="setup-make">{t("keys_make_title")}</a>
        </p>
        {cards === "unused" && (
          <p>
            {t("setup_card_question")} <a href="options.html#cards" data-test="setup-cards">{t("cards_title")}</a>
          </p>
        )}
        {model.problem && <Problem code={model.problem} />}
        <div class="buttons buttons-end">
          {had.length === 0 && cards === "unused" && (
            <button type="button" onClick={() => actions.go("webmail")} data-test="setup-later">
              {t("setup_key_later")}
            </button>
          )}
          <button type="submit" class="primary" disabled={!model.file || model.busy} data-test="setup-look">
            {t("setup_look")}
          </button>
        </div>
      </form>
      )}
      {model.preview && <Found model={model} actions={actions} />}
    </div>
  );
}

const names = (identities: readonly IdentityFacts[]): string => [...new Set(identities.map(({ certificate }) => certificate.name))].join(", ");

/** Who gives out keys here and helps, and what the administrator can see: before a key is handed over. */
function Organisation({ contacts }: { contacts: OrganisationContacts }): JSX.Element | null {
  const named = contacts.enrolment !== "" || contacts.help !== "";
  if (!named && contacts.notice === "") return null;
  return (
    <section class="stack" aria-label={t("organisation_yours")} data-test="setup-organisation">
      {named && <p>{t("setup_organisation")}</p>}
      <OrganisationLinks contacts={contacts} />
      {contacts.notice !== "" && <h3>{t("setup_notice")}</h3>}
      <OrganisationNotice contacts={contacts} />
    </section>
  );
}

/** What the file holds, before anything of it is kept. */
function Found({ model, actions }: { model: SetupModel; actions: SetupActions }): JSX.Element | null {
  const { preview } = model;
  if (!preview) return null;
  const known = knownVault(model) !== null;
  const incomplete = formProblem(model.protection, known) !== null || isForbidden(model.protection.kind, preview.required) || isBeyond(preview.required);
  return (
    <div class="stack" data-test="setup-preview">
      <h3>{plural("setup_found", preview.identities.length)}</h3>
      {model.file && <p class="dim">{model.file.name}</p>}
      {preview.identities.map(({ certificate, code, canSign, canDecrypt, known }) => (
        <section class="card" key={certificate.sha256} aria-label={certificate.name}>
          <CertificateFactsList facts={{ ...certificate, canSign, canEncrypt: canDecrypt }} />
          {known && (
            <p class="card-note" data-test="setup-known" data-state={known.state}>
              {known.other ? t("setup_known_renewal", known.other.name, known.other.issuerName, formatDay(known.other.notAfter)) : t("setup_known_here")}
            </p>
          )}
          {code !== "ok" && (
            <p class="card-note" data-test="setup-reason" data-code={code}>
              {codeText(code)}
            </p>
          )}
        </section>
      ))}
      {preview.authorities.map((authority) => (
        <Authority key={authority.sha256} authority={authority} model={model} actions={actions} />
      ))}
      {model.problem && <Problem code={model.problem} />}
      <ProtectionChoice
        form={model.protection}
        known={known}
        required={preview.required}
        place={model.state?.locks.securityKeys ?? null}
        busy={model.busy}
        onChange={actions.setProtection}
        onRegister={actions.registerKey}
        onAllow={actions.allowRelyingParty}
      />
      <div class="buttons buttons-end">
        <button type="button" onClick={actions.again}>
          {t("setup_other_file")}
        </button>
        <button type="button" class="primary" disabled={model.busy || incomplete} onClick={actions.importKeys} data-test="setup-import">
          {t("setup_import")}
        </button>
      </div>
    </div>
  );
}

/** An authority that is not trusted yet. Trusting it is a decision about many people's mail, so its fingerprint is compared first. */
function Authority({ authority, model, actions }: { authority: IdentityPreview["authorities"][number]; model: SetupModel; actions: SetupActions }): JSX.Element {
  const { sha256, name } = authority;
  if (model.trusted[sha256]) {
    return (
      <p role="status" data-test="authority-trusted">
        {t("authority_trusted", name)}
      </p>
    );
  }
  return (
    <section class="card" aria-label={name} data-test="authority" data-sha256={sha256}>
      <h3>
        <bdi>{name}</bdi>
      </h3>
      <p>{t("authority_text", name)}</p>
      <div class="buttons">
        <button type="button" disabled={model.busy} onClick={() => actions.compare(sha256)} data-test="authority-trust">
          {t("offer_trust")}
        </button>
        <span class="dim">{t("authority_later")}</span>
      </div>
      {model.comparing === sha256 && (
        <CompareDialog offer={{ certificate: authority, der: authority.der, kind: "authority", leaf: null, code: "ok" }} onTrust={() => actions.trust(sha256)} onClose={() => actions.compare(null)} />
      )}
    </section>
  );
}

/** What was taken in, said where the next step begins, so that nobody has to press anything for it. */
export function Imported({ model: { imported }, again }: { model: SetupModel; again: () => void }): JSX.Element | null {
  if (imported.length === 0) return null;
  return (
    <p class="notice" data-test="setup-imported">
      <span role="status">
        {plural("setup_imported", imported.length)}{" "}
        {imported.map(({ id, certificate: { name, addresses } }) => (
          <span key={id} class="block">
            <bdi>{name}</bdi> <bdi class="address dim">{addresses.join(", ")}</bdi>
          </span>
        ))}
      </span>
      <button type="button" onClick={again} data-test="setup-another">
        {t("setup_another_file")}
      </button>
    </p>
  );
}
