import type { JSX } from "preact";
import type { OutboxRecord } from "../../protocol/outbox.ts";
import { formatList, formatMoment } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Problem } from "../shared/problem.tsx";
import { isUnsent, outcomeOf } from "./outcome.ts";
import type { UnfinishedActions, UnfinishedModel } from "./unfinished.ts";

/** Messages that were not sent, or of which nobody knows, each with its ways on. */
export function UnfinishedView({ model, actions }: { model: UnfinishedModel; actions: UnfinishedActions }): JSX.Element {
  const { records } = model;
  return (
    <main class="composer unfinished" aria-label={t("unfinished_title")} aria-busy={records === null || model.busy !== null} data-test="unfinished">
      <header class="composer-head">
        <h1>{t("unfinished_title")}</h1>
        <button type="button" class="quiet" aria-label={t("close")} title={t("close")} onClick={actions.close} data-test="close">
          <Icon name="close" />
        </button>
      </header>
      {model.problem && <Problem code={model.problem} />}
      {records?.length === 0 && (
        <p class="unfinished-empty" role="status" data-test="unfinished-empty">
          {t("unfinished_empty")}
        </p>
      )}
      <ul class="unfinished-list">
        {records?.map((record) => (
          <Unfinished key={record.id} record={record} model={model} actions={actions} />
        ))}
      </ul>
    </main>
  );
}

function Unfinished({ record, model, actions }: { record: OutboxRecord; model: UnfinishedModel; actions: UnfinishedActions }): JSX.Element {
  const { id } = record;
  const { sent, unknown, unsent } = outcomeOf(record);
  const busy = model.busy !== null;
  const code = record.envelopes.find((envelope) => isUnsent(envelope) && envelope.code !== null)?.code;
  return (
    <li class="unfinished-item" data-test="unfinished-item" data-send={id} data-unknown={unknown.length > 0}>
      {sent.length > 0 && <p>{t("result_sent_to", formatList(sent))}</p>}
      {unknown.length > 0 && (
        <>
          <p class="result-sentence">{t("result_unknown")}</p>
          <p data-test="unfinished-unknown">{t("result_unknown_for", formatList(unknown))}</p>
          {model.looked.includes(id) && <p role="status" data-test="unfinished-looked">{t("result_looked")}</p>}
        </>
      )}
      {unsent.length > 0 && (
        <>
          <p class="result-sentence" data-test="unfinished-unsent">{t("result_not_sent_to", formatList(unsent))}</p>
          {code && (
            <p>
              {codeText(code)} <span class="code">{code}</span>
            </p>
          )}
        </>
      )}
      <p class="dim">{formatMoment(record.createdAt)}</p>
      <div class="buttons">
        {unknown.length > 0 && (
          <button type="button" class="primary" disabled={busy} onClick={() => actions.look(id)} data-test="look-in-sent">
            {t("result_look")}
          </button>
        )}
        {unsent.length > 0 && (
          <button type="button" class={unknown.length > 0 ? "" : "primary"} disabled={busy} onClick={(event) => actions.again(id, event)} data-test="send-again">
            {t("result_again")}
          </button>
        )}
        <button type="button" disabled={busy} onClick={(event) => actions.discard(id, event)} data-test="unfinished-discard">
          {t("unfinished_discard")}
        </button>
        {model.busy === id && <progress aria-label={t("sending")} />}
      </div>
    </li>
  );
}
