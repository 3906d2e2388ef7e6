import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { HelpTopic } from "../../protocol/help-topics.ts";
import type { OrganisationContacts } from "../../protocol/managed.ts";
import { OrganisationLinks } from "../shared/organisation-links.tsx";
import { t } from "../shared/i18n.ts";
import { type HelpPage, helpPages, searchHelp } from "./search.ts";

/** Pages that a new certificate may be the answer to: they lead to where it is given out. */
const ABOUT_OWN_CERTIFICATE: ReadonlySet<HelpTopic> = new Set(["no_key", "no_signing_key", "own_certificate", "expired", "revoked", "certificate_unusable", "key_file", "make_key", "certificate_ends"]);

/** One page of help, and the way to all others. */
export function HelpView({ topic, contacts }: { topic: HelpTopic | null; contacts: OrganisationContacts | null }): JSX.Element {
  const pages = useMemo(() => helpPages(t), []);
  const [words, setWords] = useState("");
  const found = searchHelp(pages, words);
  const page = pages.find((each) => each.topic === topic);
  return (
    <main class="page help" data-test="help">
      {page ? <Page page={page} /> : <h1>{t("help_title")}</h1>}
      {contacts && (contacts.enrolment !== "" || contacts.help !== "") && (
        <section aria-labelledby="help-organisation" data-test="help-organisation">
          <h2 id="help-organisation">{t("organisation_yours")}</h2>
          <OrganisationLinks contacts={contacts} {...(topic !== null && !ABOUT_OWN_CERTIFICATE.has(topic) && { only: "help" as const })} />
        </section>
      )}
      <nav aria-labelledby="help-topics">
        <h2 id="help-topics">{t("help_topics")}</h2>
        <label class="stack">
          {t("help_search")}
          <input type="search" value={words} autoComplete="off" spellcheck={false} data-test="help-search" onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <p role="status" class="dim">
          {found.length === 0 ? t("help_none") : ""}
        </p>
        <ul class="plain-list help-topics" data-test="help-topics">
          {found.map((each) => (
            <li key={each.topic}>
              <a href={`#${each.topic}`} aria-current={each.topic === topic ? "page" : undefined}>
                {each.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </main>
  );
}

function Page({ page }: { page: HelpPage }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // Who came by a link inside this page hears and sees the new page from its beginning.
  useEffect(() => heading.current?.focus(), [page.topic]);
  return (
    <article data-test="help-page" data-topic={page.topic}>
      <h1 tabIndex={-1} ref={heading}>
        {page.title}
      </h1>
      <p>{page.what}</p>
      <Steps title={t("help_steps")} steps={page.steps} />
      <Steps title={t("help_admins")} steps={page.admins} />
      <p class="dim">{t("help_report")}</p>
    </article>
  );
}

function Steps({ title, steps }: { title: string; steps: string[] }): JSX.Element | null {
  if (steps.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
    </section>
  );
}
