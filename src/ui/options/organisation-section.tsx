import type { JSX } from "preact";
import type { ManagedFact, OrganisationState } from "../../protocol/managed.ts";
import { codeText, t } from "../shared/i18n.ts";

/** What the organisation has set and tells its people: everything by name, with what is to be said about it. */
export function OrganisationSection({ organisation: { facts, enrolment, help, notice }, startsAnew }: { organisation: OrganisationState; startsAnew: boolean }): JSX.Element {
  return (
    <section aria-labelledby="organisation" data-test="organisation">
      <h2 id="organisation">{t("organisation_title")}</h2>
      {facts.length === 0 && <p class="dim">{t("organisation_none")}</p>}
      {notice !== "" && (
        <p class="card" data-test="organisation-notice" dir="auto">
          {notice}
        </p>
      )}
      {(enrolment !== "" || help !== "") && (
        <p class="buttons">
          {enrolment !== "" && <Away address={enrolment} label={t("organisation_enrol")} name="enrol" />}
          {help !== "" && <Away address={help} label={t("organisation_help")} name="help" />}
        </p>
      )}
      {facts.length > 0 && (
        <>
          <p>{t(startsAnew ? "organisation_intro_start" : "organisation_intro")}</p>
          <dl class="facts" data-test="organisation-facts">
            {facts.map((fact, index) => (
              <Fact key={index} fact={fact} />
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function Fact({ fact: { name, domains, value, problems } }: { fact: ManagedFact }): JSX.Element {
  return (
    <div data-test="organisation-fact" data-name={name}>
      <dt>
        <code>{name}</code>
        {domains && <span class="dim"> {t("organisation_for", domains.join(", "))}</span>}
      </dt>
      <dd>
        {value !== "" && <bdi>{value}</bdi>}
        {problems.map(({ code, detail }, index) => (
          <p key={index} class="problem" data-code={code}>
            {codeText(code)} {detail !== name && <bdi class="dim">{detail}</bdi>}
          </p>
        ))}
      </dd>
    </div>
  );
}

/** A link that leaves Mailseal; the address was read as https: or mailto: by the settings' table. */
function Away({ address, label, name }: { address: string; label: string; name: string }): JSX.Element {
  return (
    <a href={address} target="_blank" rel="noreferrer noopener" title={address} data-test={`organisation-${name}`}>
      {label}
    </a>
  );
}
