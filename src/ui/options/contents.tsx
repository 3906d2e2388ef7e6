import type { JSX } from "preact";
import { t } from "../shared/i18n.ts";

/** The sections of the options page in their order, each by the id of its heading with the key of its words. */
const SECTIONS = {
  identities: "identities_title",
  protection: "protection_section",
  defaults: "defaults",
  webmails: "webmails",
  "after-logout": "after_logout_title",
  directories: "directories",
  fetching: "fetching_title",
  host: "host_title",
  cards: "cards_title",
  appearance: "appearance_title",
  language: "language_title",
  shortcuts: "shortcuts_title",
  organisation: "organisation_title",
  repair: "repair_title",
} as const;

/** What is on the page, in a glance. */
export function Contents(): JSX.Element {
  return (
    <nav aria-label={t("options_contents")} class="contents">
      <ul>
        {Object.entries(SECTIONS).map(([id, title]) => (
          <li key={id}>
            <a href={`#${id}`}>{t(title)}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
