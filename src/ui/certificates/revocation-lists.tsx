import type { ComponentChildren, JSX } from "preact";
import type { RevocationListFacts } from "../../protocol/page-requests.ts";
import { formatDay, formatMoment } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";
import { matching } from "./certificate-table.tsx";

/** Revocation lists that were given as files, for authorities whose places cannot be reached from here. */
export function RevocationLists(props: { lists: readonly RevocationListFacts[]; words: string; now: Date; onRemove: (list: RevocationListFacts) => void; children: ComponentChildren }): JSX.Element {
  const { lists, words, now, onRemove, children } = props;
  const shown = matching(lists.map((list) => ({ list, words: list.issuer })), words);
  return (
    <section aria-labelledby="list-revocation" data-test="list-revocation">
      <h2 id="list-revocation">{t("lists_title")}</h2>
      {children}
      <p class="dim">{t(lists.length === 0 ? "lists_empty" : "lists_text")}</p>
      {lists.length > 0 && shown.length === 0 && <p class="dim">{t("search_nothing")}</p>}
      <ul class="rows">
        {shown.map(({ list }) => (
          <li key={list.key} class="row" data-test="revocation-list">
            <span class="row-main">
              <bdi>{list.issuer}</bdi> <span class="dim block">{`${plural("lists_entries", list.entries)}, ${until(list, now)}`}</span>
            </span>
            <button type="button" aria-label={t("remove_named", list.issuer)} onClick={() => onRemove(list)} data-test="revocation-list-remove">
              {t("remove")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function until({ thisUpdate, nextUpdate }: RevocationListFacts, now: Date): string {
  if (nextUpdate === null) return t("lists_made", formatMoment(thisUpdate));
  return new Date(nextUpdate) < now ? t("lists_expired", formatDay(nextUpdate)) : t("details_from_until", formatDay(thisUpdate), formatDay(nextUpdate));
}
