import type { ComponentChildren, JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import type { Hint } from "../../protocol/frame-requests.ts";
import type { MessageContent } from "../../protocol/message-content.ts";
import type { MessageStatus } from "../../protocol/message-status.ts";
import { fieldProtection, sentenceContext } from "../sentence/context.ts";
import { messageSentence } from "../sentence/message-sentence.ts";
import { Announce } from "../shared/announce.tsx";
import { formatDay, formatMoment } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { Lock } from "../shared/marks.tsx";
import { People } from "../shared/person.tsx";
import { Attachments } from "./attachments.tsx";
import { Bar } from "./bar.tsx";
import { Body } from "./body.tsx";
import { type AskedIssuer, CheckNotice } from "./check-notice.tsx";
import { Closed } from "./closed.tsx";
import type { ContactShown } from "./contact.ts";
import { ContactNotice } from "./contact-notice.tsx";
import { Details } from "./details.tsx";
import { Hints } from "./hints.tsx";
import { LabelStop, labelStop } from "./label-stop.tsx";
import { estimateLines } from "./print-height.ts";
import { StrangerNotice } from "./stranger-notice.tsx";

/** One message, or one protected part of an unprotected message: verdict, header and text share this one frame. */
export function MessageView(props: {
  status: MessageStatus;
  content: MessageContent;
  /** True for a protected part, which speaks for itself alone (UI-03). */
  part?: boolean;
  remoteWanted: boolean;
  onLoadRemote: () => void;
  onSetUp: () => void;
  onAllow: () => void;
  onAgain: () => void;
  /** A person was asked for this message's password before. */
  asked?: boolean;
  /** A person decided to read it although its label stops it. */
  labelSeen: boolean;
  onLabelSeen: () => void;
  onPassword: (pressed: { isTrusted: boolean }) => void;
  onUnlock: (pressed: { isTrusted: boolean }) => void;
  /** Goes on to deciding on a signer whom nobody vouches for; null where there is none. */
  onDecide?: ((pressed: { isTrusted: boolean }) => void) | null;
  /** Explanations for somebody who meets the marks for the first time. */
  hints?: Hint[];
  onDismissHints: (hints: Hint[]) => void;
  /** What a receipt confirms; null for what is none. */
  receiptText?: JSX.Element | null;
  /** A host that a person let be asked for a missing certificate. */
  askedIssuer?: AskedIssuer | null;
  onAskIssuer: (host: string, pressed: { isTrusted: boolean }) => void;
  /** The author can be added to the webmail's contacts. */
  contact?: ContactShown | null;
  onAddContact?: (pressed: { isTrusted: boolean }) => void;
  children?: ComponentChildren;
}): JSX.Element {
  const { status, content, part = false } = props;
  const { headers } = content;
  const [open, setOpen] = useState(false);
  const id = useId();
  const sentence = useMemo(() => messageSentence(status, sentenceContext(headers, formatDay)), [status, headers]);
  const sentenceText = t(sentence.key, ...sentence.substitutions);
  const remoteAllowed = status.summary.encrypted === "none" || status.summary.signed === "verified";
  const closed = status.summary.encrypted === "failed";
  const stop = props.labelSeen ? null : labelStop(status);
  const readable = !closed && !stop;
  const subject = headers.subject?.trim() || t("reader_no_subject");
  return (
    <article
      class={`message message-${sentence.tone}${part ? " message-part" : ""}`}
      aria-label={part ? t("reader_part") : undefined}
      style={{ "--print-lines": estimateLines(content.body) }}
      data-test={part ? "reader-part" : "reader-message"}
    >
      <Announce text={sentenceText} urgent={sentence.tone === "careful"} />
      <Bar {...{ status, headers, sentence, open }} issuerAsked={Boolean(props.askedIssuer)} detailsId={id} onToggle={() => setOpen(!open)} />
      {open && (
        <Details id={id} status={status}>
          {props.contact && <ContactNotice contact={props.contact} onAdd={props.onAddContact ?? (() => undefined)} />}
        </Details>
      )}
      <CheckNotice status={status} asked={props.askedIssuer ?? null} onAskIssuer={props.onAskIssuer} onOptions={props.onAllow} />
      <Hints hints={props.hints ?? []} onDismiss={props.onDismissHints} />
      {props.onDecide && <StrangerNotice onDecide={props.onDecide} />}
      <header class="message-header">
        {part ? (
          headers.subject && <h2 data-test="reader-part-subject">{subject}</h2>
        ) : (
          <h1 data-test="reader-subject">
            <bdi>{subject}</bdi>
            <SubjectMark status={status} protection={fieldProtection(headers, "subject")} />
          </h1>
        )}
        <HeaderFields content={content} />
      </header>
      {closed && <Closed status={status} asked={props.asked === true} onSetUp={props.onSetUp} onAllow={props.onAllow} onAgain={props.onAgain} onPassword={props.onPassword} onUnlock={props.onUnlock} />}
      {stop && <LabelStop stop={stop} onShow={props.onLabelSeen} />}
      {readable && (props.receiptText ?? <Body content={content} title={part ? t("reader_part_text") : t("reader_text")} remoteAllowed={remoteAllowed} remoteWanted={props.remoteWanted} onLoadRemote={props.onLoadRemote} />)}
      {readable && !props.receiptText && <Attachments attachments={content.attachments} bodyIsHtml={content.body.html !== undefined} />}
      {props.children}
    </article>
  );
}

/** An encrypted message whose Subject was readable outside says so on the Subject (Display table). */
function SubjectMark({ status, protection }: { status: MessageStatus; protection: string }): JSX.Element | null {
  if (status.summary.encrypted !== "decrypted" || protection === "encrypted" || protection === "both") return null;
  return (
    <span class="subject-mark" title={t("subject_readable")} data-test="subject-readable">
      <Lock state="struck" />
      <span class="visually-hidden">{t("subject_readable")}</span>
    </span>
  );
}

function HeaderFields({ content: { headers } }: { content: MessageContent }): JSX.Element | null {
  if (headers.to.length === 0 && headers.cc.length === 0 && headers.date === null) return null;
  return (
    <dl class="header-fields">
      {headers.to.length > 0 && (
        <div>
          <dt>{t("to")}</dt>
          <dd data-test="reader-to">
            <People people={headers.to} />
          </dd>
        </div>
      )}
      {headers.cc.length > 0 && (
        <div>
          <dt>{t("cc")}</dt>
          <dd data-test="reader-cc">
            <People people={headers.cc} />
          </dd>
        </div>
      )}
      {headers.date !== null && (
        <div>
          <dt class="visually-hidden">{t("date")}</dt>
          <dd class="dim">
            <time dateTime={headers.date}>{formatMoment(headers.date)}</time>
          </dd>
        </div>
      )}
    </dl>
  );
}
