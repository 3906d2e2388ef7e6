import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { HelpTopic } from "../../protocol/help-topics.ts";
import { t } from "../shared/i18n.ts";
import { type HelpPage, helpPages, searchHelp } from "./search.ts";

/** One page of help, and the way to all others. */
export function HelpView({ topic }: { topic: HelpTopic | null }): JSX.Element {
  const pages = useMemo(() => helpPages(t), []);
  const [words, setWords] = useState("");
  const found = searchHelp(pages, words);
  const page = pages.find((each) => each.topic === topic);
  return (
    <main class="page help" data-test="help">
      {page ? <Page page={page} /> : <h1>{t("help_title")}</h1>}
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
