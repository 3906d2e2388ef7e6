import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { codeText, plural, t } from "../shared/i18n.ts";
import { formatList } from "../shared/format.ts";
import type { ComposerActions } from "./composer.ts";
import type { SendResultShown } from "./model.ts";
import { sentCopy } from "./outcome.ts";

/** What became of a Send, in the composer's place. */
export function ResultView({ result, actions, busy, alone }: { result: SendResultShown; actions: ComposerActions; busy: boolean; alone: boolean }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const Box = alone ? "main" : "section";
  useEffect(() => box.current?.focus(), [result]);
  return (
    <Box class="result" ref={box} tabIndex={-1} data-test="result" data-state={result.state}>
      {alone && <h1 class="visually-hidden">{t("composer_title")}</h1>}
      <p class="result-sentence" role="status" data-test="status">
        {sentence(result)}
      </p>
      {result.state === "unknown" && result.looked && <p>{t("result_looked")}</p>}
      {result.state === "unknown" && <UnknownPeople result={result} />}
      {(result.state === "partly" || (result.state === "unknown" && result.notSentTo.length > 0)) && <p>{t("result_not_sent_to", formatList(result.notSentTo))}</p>}
      {result.code !== null && (result.state === "failed" || result.state === "partly") && (
        <>
          <p>{codeText(result.code)}</p>
          {result.detail !== "" && <p data-test="result-detail">{t("result_detail", result.detail)}</p>}
          <p class="code">
            {t("problem_code")} <bdi data-test="result-code">{result.code}</bdi>
          </p>
        </>
      )}
      <div class="buttons">
        {result.notSentTo.length > 0 && (
          <button type="button" class={result.state === "unknown" ? "" : "primary"} disabled={busy} onClick={(event) => actions.sendAgain(event)} data-test="send-again">
            {t("result_again")}
          </button>
        )}
        {(result.state === "failed" || (result.state === "unknown" && result.looked && result.sentTo.length === 0)) && (
          <button type="button" onClick={actions.editAgain} data-test="edit-again">
            {t("result_edit")}
          </button>
        )}
        {result.state === "unknown" && (
          <button type="button" class="primary" disabled={busy} onClick={actions.lookInSent} data-test="look-in-sent">
            {t("result_look")}
          </button>
        )}
        {alone && result.state !== "unknown" && sentCopy(result.record) && (
          <button type="button" onClick={actions.viewSent} data-test="result-view">
            {t("result_view")}
          </button>
        )}
        <button type="button" onClick={actions.close} data-test="result-close">
          {t("close")}
        </button>
      </div>
    </Box>
  );
}

/** Whom it reached and of whom nobody knows, where that is not simply everybody. */
function UnknownPeople({ result: { sentTo, unknownTo, notSentTo } }: { result: SendResultShown }): JSX.Element | null {
  if (sentTo.length + notSentTo.length === 0) return null;
  return (
    <>
      {sentTo.length > 0 && <p>{t("result_sent_to", formatList(sentTo))}</p>}
      <p>{t("result_unknown_for", formatList(unknownTo))}</p>
    </>
  );
}

function sentence({ state, sentTo }: SendResultShown): string {
  const [first = "", ...others] = sentTo;
  switch (state) {
    case "sent":
    case "partly":
      return others.length === 0 ? t("result_sent_one", first) : plural("result_sent_more", others.length, first);
    case "sent-not-filed":
      return others.length === 0 ? t("result_not_filed_one", first) : plural("result_not_filed_more", others.length, first);
    case "failed":
      return t("result_failed");
    case "unknown":
      return t("result_unknown");
  }
}
