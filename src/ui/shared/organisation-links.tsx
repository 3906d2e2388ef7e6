import type { JSX } from "preact";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import { t } from "./i18n.ts";

/** The ways out that an organisation names, "Get a certificate" and "Get help", of which `only` leaves one; nothing where it names none. */
export function OrganisationLinks({ contacts: { enrolment, help }, only }: { contacts: OrganisationContacts; only?: "enrol" | "help" }): JSX.Element | null {
  const enrol = enrolment !== "" && only !== "help";
  const helps = help !== "" && only !== "enrol";
  if (!enrol && !helps) return null;
  return (
    <p class="buttons">
      {enrol && <Away address={enrolment} label={t("organisation_enrol")} name="enrol" />}
      {helps && <Away address={help} label={t("organisation_help")} name="help" />}
    </p>
  );
}

/** What people are told of what the administrator can see; nothing where nothing is. */
export function OrganisationNotice({ contacts: { notice } }: { contacts: OrganisationContacts }): JSX.Element | null {
  if (notice === "") return null;
  return (
    <p class="card" data-test="organisation-notice" dir="auto">
      {notice}
    </p>
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
