import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Code } from "../../base/codes/index.ts";
import { codeOf } from "../../base/errors.ts";
import type { RevocationListFacts } from "../../protocol/page-requests.ts";
import type { Ask } from "../../protocol/requests.ts";
import { formatDay, formatMoment } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";

/** Revocation lists that were given as files, for authorities whose places cannot be reached from here. */
export function RevocationLists({ ask }: { ask: Ask<"page"> }): JSX.Element {
  const [lists, setLists] = useState<RevocationListFacts[]>([]);
  const [problem, setProblem] = useState<Code | null>(null);
  const [undo, setUndo] = useState<string | null>(null);
  const act = useCallback(
    async (work: () => Promise<unknown>) => {
      try {
        await work();
        setProblem(null);
        setLists(await ask("revocation.lists", null));
      } catch (error) {
        setProblem(codeOf(error));
      }
    },
    [ask],
  );
  useEffect(() => void act(() => Promise.resolve()), [act]);
  const remove = (key: string): void => void act(async () => setUndo((await ask("revocation.remove", { key })).undo));
  return (
    <section aria-labelledby="revocation-lists" data-test="revocation-lists">
      <h2 id="revocation-lists">{t("lists_title")}</h2>
      <p class="dim">{t("lists_text")}</p>
      <label class="stack">
        {t("lists_add")}
        <input
          type="file"
          accept=".crl,.pem,.der,application/pkix-crl"
          data-test="revocation-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void act(async () => ask("revocation.import", { file: new Uint8Array(await file.arrayBuffer()) }));
          }}
        />
      </label>
      {problem && <Problem code={problem} />}
      {undo !== null && (
        <div class="notice" role="status" data-test="list-removed">
          <span>{t("lists_removed")}</span>
          <button type="button" data-test="list-undo" onClick={() => void act(() => ask("removal.undo", { undo }).then(() => setUndo(null)))}>
            {t("undo")}
          </button>
        </div>
      )}
      <ul class="rows">
        {lists.map(({ key, issuer, thisUpdate, nextUpdate, entries }) => (
          <li key={key} class="row" data-test="revocation-list">
            <span class="row-main">
              <bdi>{issuer}</bdi>{" "}
              <span class="dim">
                {plural("lists_entries", entries)}, {nextUpdate === null ? t("lists_made", formatMoment(thisUpdate)) : t("details_from_until", formatDay(thisUpdate), formatDay(nextUpdate))}
              </span>
            </span>
            <button type="button" aria-label={t("remove_named", issuer)} onClick={() => remove(key)} data-test="revocation-list-remove">
              {t("remove")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
