import type { JSX } from "preact";
import { formatList, formatMoment } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import type { ComposerActions } from "./composer.ts";
import { allRecipients, type ComposerModel, labelOf } from "./model.ts";

/** A line above the text that says something and offers the way on. */
export function Notices({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element | null {
  const { notice } = model;
  if (!notice) return null;
  const dismiss = (
    <button type="button" class="quiet" onClick={actions.dismissNotice} data-test="notice-dismiss">
      {t(notice.about === "quote-unproved" ? "quote_leave_out" : "dismiss")}
    </button>
  );
  switch (notice.about) {
    case "native-text":
      return <Line test="native-notice" text={t("native_text")}>{dismiss}</Line>;
    case "original-failed":
      return (
        <Line test="original-notice" text={notice.code === "keys.locked" ? t("original_locked") : `${t("original_failed")} ${codeText(notice.code)}`}>
          {notice.code === "keys.locked" ? (
            <button type="button" class="primary" onClick={(event) => actions.unlockOriginal(event)} data-test="original-unlock">
              {t("unlock_open")}
            </button>
          ) : (
            <></>
          )}
          {dismiss}
        </Line>
      );
    case "draft-found":
      return (
        <Line test="draft-notice" text={t("draft_found", formatMoment(notice.savedAt))}>
          <button type="button" onClick={actions.restoreDraft} data-test="draft-restore">
            {t("draft_continue")}
          </button>
          <button type="button" onClick={actions.discardDraft} data-test="draft-discard">
            {t("draft_discard")}
          </button>
          {dismiss}
        </Line>
      );
    case "draft-discarded":
      return (
        <Line test="discarded-notice" text={t("draft_discarded")}>
          <button type="button" onClick={actions.undoDiscard} data-test="draft-undo">
            {t("undo")}
          </button>
        </Line>
      );
    case "asked":
      return (
        <Line test="asked-notice" text={t("note_sent", formatList(notice.people))}>
          <button type="button" onClick={actions.close} data-test="asked-close">
            {t("close_saving")}
          </button>
          {dismiss}
        </Line>
      );
    case "draft-unproved":
      return (
        <Line test="unproved-notice" text={t("draft_unproved", allRecipients(model).map(({ address }) => address).join(", ") || t("draft_unproved_nobody"))}>
          {dismiss}
        </Line>
      );
    case "quote-unproved":
      return (
        <Line test="quote-notice" text={t(notice.why === "sender" ? "quote_unproved" : "quote_recipients", allRecipients(model).map(labelOf).join(", "))}>
          <button type="button" class="careful" onClick={(event) => actions.quoteAnyway(event)} data-test="quote-anyway">
            {t("quote_anyway")}
          </button>
          {dismiss}
        </Line>
      );
  }
}

/** In a window of its own: the webmail is not there, which stands above everything else until it is. */
export function Away({ away, open }: { away: boolean; open: () => void }): JSX.Element | null {
  if (!away) return null;
  return (
    <Line test="away-notice" text={t("away_text")}>
      <button type="button" onClick={open} data-test="away-open">
        {t("away_open")}
      </button>
    </Line>
  );
}

function Line({ text, test, children }: { text: string; test: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  return (
    <div class="notice" role="status" data-test={test}>
      <span>{text}</span>
      <span class="buttons">{children}</span>
    </div>
  );
}
