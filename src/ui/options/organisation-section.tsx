import type { JSX } from "preact";
import { namesOf } from "../../policy/security-flags.ts";
import type { ManagedFact, OrganisationState } from "../../protocol/managed.ts";
import { codeText, t } from "../shared/i18n.ts";
import { OrganisationLinks, OrganisationNotice } from "../shared/organisation-links.tsx";

/** What the organisation has set and tells its people: everything by name, with what is to be said about it. */
export function OrganisationSection({ organisation, startsAnew }: { organisation: OrganisationState; startsAnew: boolean }): JSX.Element {
  const { facts } = organisation;
  return (
    <section aria-labelledby="organisation" data-test="organisation">
      <h2 id="organisation">{t("organisation_title")}</h2>
      {facts.length === 0 && <p class="dim">{t("organisation_none")}</p>}
      <OrganisationNotice contacts={organisation} />
      <OrganisationLinks contacts={organisation} />
      {facts.length > 0 && (
        <>
          <p>{t(startsAnew ? "organisation_intro_start" : "organisation_intro")}</p>
          <dl class="facts organisation-facts" data-test="organisation-facts">
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
        {name === "SecurityFlags" && <Derived mask={Number(value)} />}
        {problems.map(({ code, detail }, index) => (
          <p key={index} class="problem" data-code={code}>
            {codeText(code)} {detail !== name && <bdi class="dim">{detail}</bdi>}
          </p>
        ))}
      </dd>
    </div>
  );
}

/** The settings that a mask locks, by their own names. */
function Derived({ mask }: { mask: number }): JSX.Element | null {
  const named = Object.entries(namesOf(mask).named);
  if (named.length === 0) return null;
  return (
    <p class="dim" data-test="organisation-derived">
      {t("organisation_derived")} {named.map(([name, value]) => `${name}: ${String(value)}`).join("; ")}
    </p>
  );
}
