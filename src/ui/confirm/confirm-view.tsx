import type { ComponentChildren, JSX } from "preact";
import type { Confirmation } from "../../protocol/shapes.ts";
import { t } from "../shared/i18n.ts";
import { Lock, Seal } from "../shared/marks.tsx";
import { People } from "../shared/person.tsx";

/**
 * Shows what is about to be sent where no page can change or cover it: From, all recipients, protection and the text.
 * @param props.details undefined while it is being asked for, null if nobody waits for an answer any more
 */
export function ConfirmView({ details, onAnswer }: { details: Confirmation | null | undefined; onAnswer: (confirmed: boolean) => void }): JSX.Element {
  return (
    <main class="page" aria-busy={details === undefined}>
      <h1>{t("confirm_title")}</h1>
      {details === null && <p data-test="confirm-gone">{t("confirm_gone")}</p>}
      {details && <Details details={details} onAnswer={onAnswer} />}
    </main>
  );
}

function Details({ details, onAnswer }: { details: Confirmation; onAnswer: (confirmed: boolean) => void }): JSX.Element {
  const { from, to, cc, bcc, subject, text, files, sign, encrypt, unreadableFor } = details;
  return (
    <>
      <p>{t("confirm_why")}</p>
      <dl class="confirm-fields" data-test="confirm-fields">
        <Field term={t("from")}><People people={[from]} /></Field>
        {to.length > 0 && <Field term={t("to")}><People people={to} /></Field>}
        {cc.length > 0 && <Field term={t("cc")}><People people={cc} /></Field>}
        {bcc.length > 0 && <Field term={t("bcc")}><People people={bcc} /></Field>}
        <Field term={t("subject")}><bdi>{subject}</bdi></Field>
        {files.length > 0 && <Field term={t("attachments")}><bdi>{files.join(", ")}</bdi></Field>}
      </dl>
      <p class={encrypt ? "bar-state" : "bar-state confirm-careful"} data-test="confirm-protection">
        <Seal state={sign ? "filled" : "struck"} />
        <Lock state={encrypt ? "filled" : "struck"} />
        <span>
          {t(encrypt ? "confirm_encrypted" : "confirm_clear")} {t(sign ? "confirm_signed" : "confirm_unsigned")}
        </span>
      </p>
      {unreadableFor.length > 0 && <p>{t("confirm_unreadable", unreadableFor.join(", "))}</p>}
      <pre class="confirm-text" tabIndex={0} aria-label={t("confirm_text")} data-test="confirm-text">
        {text}
      </pre>
      <div class="buttons buttons-end">
        <button type="button" onClick={() => onAnswer(false)} data-test="confirm-no">
          {t("back")}
        </button>
        <button type="button" class={encrypt ? "primary" : "careful"} onClick={(event) => event.isTrusted && onAnswer(true)} data-test="confirm-yes">
          {t("send")}
        </button>
      </div>
    </>
  );
}

function Field({ term, children }: { term: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
