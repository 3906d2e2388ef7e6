import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Draft } from "../../protocol/draft.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import { HelpLink } from "../help/help-link.tsx";
import { topicOf } from "../help/topic-of.ts";
import { Dialog } from "../shared/dialog.tsx";
import { formatList } from "../shared/format.ts";
import { codeText, plural, t } from "../shared/i18n.ts";
import { People } from "../shared/person.tsx";
import type { ComposerActions, MissingAnswer } from "./composer.ts";
import { allRecipients, type ComposerModel, labelOf, type Question } from "./model.ts";
import { addressKey } from "./recipients.ts";

/** The decisions that stop everything else, because only the author can make them. */
export function Questions({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element | null {
  const { question } = model;
  switch (question?.ask) {
    case undefined:
      return null;
    case "missing":
      return <Missing model={model} question={question} actions={actions} />;
    case "certificate-note":
      return <CertificateNote note={question.note} actions={actions} />;
    case "unchecked":
      return <Unchecked question={question} actions={actions} />;
    case "unencrypt-quote":
      return (
        <Dialog title={t("unencrypt_title")} test="unencrypt-dialog" onClose={actions.closeQuestion}>
          <p>{t("unencrypt_text", allRecipients(model).map(labelOf).join(", "))}</p>
          <div class="buttons">
            <button type="button" class="primary" onClick={actions.closeQuestion} data-test="keep-encrypted">
              {t("unencrypt_keep")}
            </button>
            <button type="button" onClick={(event) => actions.answerUnencrypt(false, event)} data-test="remove-quote">
              {t("unencrypt_without_quote")}
            </button>
            <button type="button" class="careful" onClick={(event) => actions.answerUnencrypt(true, event)} data-test="unencrypt-all">
              {t("unencrypt_with_quote")}
            </button>
          </div>
        </Dialog>
      );
    case "from-page":
      return (
        <Dialog title={t("from_page_title")} test="from-page-dialog" onClose={actions.closeQuestion}>
          <p>{t("from_page_text", formatList(allRecipients(model).map(({ address }) => address)))}</p>
          <div class="buttons buttons-end">
            <button type="button" class="primary" autofocus onClick={actions.closeQuestion} data-test="from-page-back">
              {t("back")}
            </button>
            <button type="button" onClick={(event) => actions.sendFromPage(event)} data-test="from-page-send">
              {t("send")}
            </button>
          </div>
        </Dialog>
      );
    case "discard":
      return (
        <Dialog title={t("discard_title")} test="discard-dialog" onClose={actions.closeQuestion}>
          <p>{t("discard_text")}</p>
          <div class="buttons">
            <button type="button" class="primary" onClick={actions.closeQuestion}>
              {t("discard_keep")}
            </button>
            <button type="button" onClick={actions.discard} data-test="discard">
              {t("discard")}
            </button>
          </div>
        </Dialog>
      );
  }
}

/** Nobody could say whether these certificates were revoked: whoever holds a stolen key might read it. */
function Unchecked({ question: { people }, actions }: { question: Extract<Question, { ask: "unchecked" }>; actions: ComposerActions }): JSX.Element {
  return (
    <Dialog title={t("unchecked_title")} test="unchecked-dialog" onClose={actions.closeQuestion}>
      <ul class="plain-list dim" data-test="unchecked-people">
        {people.map(({ address, code }) => (
          <li key={address}>
            <bdi class="address">{address}</bdi>: {codeText(code)}
          </li>
        ))}
      </ul>
      <p>{t("unchecked_text")}</p>
      <HelpLink topic={people[0] ? topicOf(people[0].code) : null} />
      <div class="buttons buttons-end">
        <button type="button" class="primary" autofocus onClick={actions.closeQuestion} data-test="unchecked-back">
          {t("back")}
        </button>
        <button type="button" onClick={(event) => actions.sendUnchecked(event)} data-test="unchecked-send">
          {t("unchecked_send")}
        </button>
      </div>
    </Dialog>
  );
}

/** The note as it would go out, so that nothing is sent unseen. */
function CertificateNote({ note, actions }: { note: Draft; actions: ComposerActions }): JSX.Element {
  const fields: [string, AddressEntry[]][] = [[t("from"), [note.from]], [t("to"), note.to], [t("cc"), note.cc], [t("bcc"), note.bcc]];
  return (
    <Dialog title={t("note_title")} test="note-dialog" onClose={actions.closeQuestion}>
      <p>{t("note_what")}</p>
      <dl class="note-fields">
        {fields.map(
          ([term, people]) =>
            people.length > 0 && (
              <div key={term}>
                <dt>{term}</dt>
                <dd>
                  <People people={people} />
                </dd>
              </div>
            ),
        )}
        <div>
          <dt>{t("subject")}</dt>
          <dd data-test="note-subject">{note.subject}</dd>
        </div>
      </dl>
      <pre class="note-text" tabIndex={0} aria-label={t("note_title")} data-test="note-text">
        {note.text}
      </pre>
      <div class="buttons buttons-end">
        <button type="button" onClick={actions.closeQuestion} data-test="note-back">
          {t("back")}
        </button>
        <button type="button" class="primary" onClick={(event) => actions.sendNote(event)} data-test="note-send">
          {t("note_send")}
        </button>
      </div>
    </Dialog>
  );
}

/** Some people have no certificate: the ways on, the first that loses nothing chosen, forbidden ones shown as forbidden. */
function Missing({ model, question, actions }: { model: ComposerModel; question: Extract<Question, { ask: "missing" }>; actions: ComposerActions }): JSX.Element {
  const { addresses, problems, mayGoClear, mayLeaveUnreadable } = question;
  const missing = new Set(addresses.map(addressKey));
  const own = model.identities.find(({ id }) => id === model.identity)?.address ?? "";
  const ownMissing = missing.has(addressKey(own));
  const names = new Map(allRecipients(model).map((person) => [addressKey(person.address), person.name]));
  // Members of a list stand in no field.
  const people = addresses
    .filter((address) => names.has(addressKey(address)) || addressKey(address) !== addressKey(own))
    .map((address) => ({ address, name: names.get(addressKey(address)) ?? problems.find((each) => addressKey(each.address) === addressKey(address))?.name ?? null }));
  const first = people[0];
  const everybody = new Set(allRecipients(model).flatMap(({ address }) => model.known[addressKey(address)]?.list?.members.map((member) => addressKey(member.address)) ?? [addressKey(address)]));
  for (const address of model.leftOut) everybody.delete(addressKey(address));
  const others = everybody.size - people.length;
  const mayLeaveOut = people.length > 0 && others > 0 && !ownMissing;
  const title = !first ? t("missing_own") : people.length === 1 ? t("missing_one", labelOf(first)) : plural("missing_more", people.length - 1, labelOf(first));
  const strangers = people.filter(({ address }) => addressKey(address) !== addressKey(own)).length;
  const canSign = model.canSign.map(addressKey).includes(addressKey(own));
  const [answer, setAnswer] = useState<MissingAnswer | null>(mayLeaveOut ? "leave-out" : canSign && strangers > 0 ? "ask" : null);
  const ways: { way: MissingAnswer; text: string; allowed: boolean; hidden?: boolean; why?: string }[] = [
    { way: "leave-out", text: plural("missing_leave_out", people.length), allowed: mayLeaveOut, hidden: !mayLeaveOut },
    { way: "ask", text: plural("missing_ask", strangers), allowed: canSign, hidden: strangers === 0, why: t("missing_ask_no_key") },
    { way: "unreadable", text: ownMissing ? t("missing_unreadable_own") : plural("missing_unreadable", people.length), allowed: mayLeaveUnreadable },
    { way: "clear", text: t("missing_clear"), allowed: mayGoClear },
  ];
  return (
    <Dialog title={title} class="missing" test="missing-dialog" onClose={actions.closeQuestion}>
      {ownMissing && first && <p>{t("missing_own")}</p>}
      <ul class="plain-list dim" data-test="missing-people">
        {people.map((person) => {
          const reason = problems.find(({ address }) => addressKey(address) === addressKey(person.address));
          return (
            <li key={person.address}>
              <bdi class="address">{person.address}</bdi>
              {t("colon")}
              {reason?.state === "problem" ? codeText(reason.code) : t("missing_reason_none")}
            </li>
          );
        })}
      </ul>
      <fieldset class="ways">
        <legend class="visually-hidden">{t("missing_ways")}</legend>
        {ways
          .filter(({ hidden }) => !hidden)
          .map(({ way, text, allowed, why = t("forbidden_by_organisation") }) => (
            <label key={way} class={way === "clear" ? "way way-careful" : "way"}>
              <input type="radio" name="way" value={way} disabled={!allowed} checked={answer === way} onChange={() => setAnswer(way)} data-test={`missing-${way}`} />
              <span>
                {text}
                {!allowed && <span class="dim"> {why}</span>}
              </span>
            </label>
          ))}
      </fieldset>
      <HelpLink topic={ownMissing ? "own_certificate" : "no_certificate"} />
      <div class="buttons buttons-end">
        <button type="button" onClick={actions.closeQuestion} data-test="missing-back">
          {t("back")}
        </button>
        <button
          type="button"
          class={answer === "clear" ? "careful" : "primary"}
          disabled={answer === null}
          onClick={(event) => answer && actions.answerMissing(answer, event)}
          data-test="missing-continue"
        >
          {t("continue")}
        </button>
      </div>
    </Dialog>
  );
}
