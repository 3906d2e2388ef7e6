import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Bytes } from "../../base/bytes.ts";
import type { Hint } from "../../protocol/frame-requests.ts";
import type { InspectedMessage } from "../../protocol/message-content.ts";
import type { StrangerCertificate } from "../../protocol/shapes.ts";
import { Announce } from "../shared/announce.tsx";
import { Emptied } from "../shared/emptied.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { Actions } from "./actions.tsx";
import type { AskedIssuer } from "./check-notice.tsx";
import type { ContactShown } from "./contact.ts";
import { hintsFor } from "./hints-for.ts";
import { labelStop } from "./label-stop.tsx";
import { MessageView } from "./message-view.tsx";
import type { ReaderState } from "./open-message.ts";
import { ReceiptNotice, ReceiptText } from "./receipt-notice.tsx";
import { isReceipt, type ReceiptShown } from "./receipts.ts";

/** What a person can do in the reader besides reading. */
export interface ReaderActions {
  compose: (mode: "reply" | "reply-all" | "forward" | "draft") => void;
  setUp: () => void;
  /** Opens the window of ours where messages may be opened again after too many failures. */
  allowOpening: () => void;
  /** Opens the message although something lies over the frame. */
  openCovered: (pressed: { isTrusted: boolean }) => void;
  cancel: () => void;
  again: () => void;
  /** Opens the message again and asks for its password in a window of ours. */
  enterPassword: (pressed: { isTrusted: boolean }) => void;
  /** Has the key that the message waits for unlocked in a window of ours. */
  unlock: (pressed: { isTrusted: boolean }) => void;
  print: () => void;
  dismissHints: (hints: Hint[]) => void;
  /** Lets a host be asked for a certificate of an authority, and checks the signature again. */
  askIssuer: (host: string, pressed: { isTrusted: boolean }) => void;
  /** Opens the page of ours where a person may decide to trust this certificate. */
  decide: (stranger: StrangerCertificate, pressed: { isTrusted: boolean }) => void;
  /** Adds the author to the webmail's contacts. */
  addContact: (pressed: { isTrusted: boolean }) => void;
  /** Sends the receipt that is asked for. */
  sendReceipt: (pressed: { isTrusted: boolean }) => void;
}

/** The reader by its state. */
export function ReaderView(props: {
  state: ReaderState;
  actions: ReaderActions;
  draft?: boolean;
  hints?: Hint[];
  receipt?: ReceiptShown | null;
  askedIssuer?: AskedIssuer | null;
  contact?: ContactShown | null;
  phase?: LoadingPhase;
}): JSX.Element {
  const { state, actions, draft = false, hints = [], receipt = null, askedIssuer = null, contact = null, phase } = props;
  switch (state.step) {
    case "loading":
      return <Loading onCancel={actions.cancel} {...(phase && { phase })} />;
    case "covered":
      return (
        <main class="placeholder" data-test="covered">
          <Heading />
          <p>{t("reader_covered")}</p>
          <button type="button" onClick={(event) => actions.openCovered(event)} data-test="open-covered">
            {t("reader_open_covered")}
          </button>
        </main>
      );
    case "asking":
      return (
        <main class="placeholder" data-test="asking-password">
          <Heading />
          <Announce text={t("reader_asking_password")} />
          <p>{t("reader_asking_password")}</p>
          <button type="button" onClick={actions.cancel} data-test="asking-cancel">
            {t("cancel")}
          </button>
        </main>
      );
    case "stopped":
      return (
        <main class="placeholder">
          <Heading />
          <p>{t("reader_stopped")}</p>
          <button type="button" onClick={actions.again}>
            {t("again")}
          </button>
        </main>
      );
    case "emptied":
      return <Emptied why={state.why} {...(state.why === "locked" && { onAgain: actions.again })} />;
    case "failed":
      return (
        <main class="placeholder">
          <Heading />
          <Problem title={t("reader_failed")} code={state.code}>
            <button type="button" onClick={actions.again}>
              {t("again")}
            </button>
          </Problem>
        </main>
      );
    case "shown":
      return <Shown message={state.message} raw={state.raw} asked={state.asked === true} actions={actions} draft={draft} hints={hints} receipt={receipt} askedIssuer={askedIssuer} contact={contact} />;
  }
}

/** While there is no subject to head the page. */
function Heading(): JSX.Element {
  return <h1 class="visually-hidden">{t("reader_title")}</h1>;
}

function Shown(props: { message: InspectedMessage; raw: Bytes; asked: boolean; actions: ReaderActions; draft: boolean; hints: Hint[]; receipt: ReceiptShown | null; askedIssuer: AskedIssuer | null; contact: ContactShown | null }): JSX.Element {
  const { message, raw, asked, actions, draft, hints, receipt, askedIssuer, contact } = props;
  const [remoteWanted, setRemoteWanted] = useState(false);
  /** Where a person passed a label: the parts' places, and "" for the message itself. */
  const [passed, setPassed] = useState<readonly string[]>([]);
  const label = (where: string) => ({ labelSeen: passed.includes(where), onLabelSeen: () => setPassed([...passed, where]) });
  const common = { remoteWanted, onLoadRemote: () => setRemoteWanted(true), onSetUp: actions.setUp, onAllow: actions.allowOpening, onAgain: actions.again, onPassword: actions.enterPassword, onUnlock: actions.unlock, onDismissHints: actions.dismissHints, askedIssuer, onAskIssuer: actions.askIssuer };
  const { status, content, stranger } = message;
  // ES-04: what a label stops must not be there by another way, as an answer's quotation or a source.
  const shown = status.parts.filter((part) => content.parts.some(({ where }) => where === part.where));
  const stopped = [{ where: "", status }, ...shown].some((each) => labelStop(each.status) !== null && !passed.includes(each.where));
  return (
    <main class="reader">
      <MessageView status={status} content={content} contact={contact} onAddContact={actions.addContact} asked={asked} hints={hintsFor(status, hints)} onDecide={stranger && ((pressed) => actions.decide(stranger, pressed))} receiptText={isReceipt(message) ? <ReceiptText receipt={receipt} /> : null} {...common} {...label("")}>
        {status.parts.map((part) => {
          const found = content.parts.find(({ where }) => where === part.where);
          return found && <MessageView key={part.where} status={part.status} content={found.content} part {...common} {...label(part.where)} />;
        })}
      </MessageView>
      <ReceiptNotice receipt={receipt} onSend={actions.sendReceipt} />
      <Actions raw={raw} decryptedSource={message.decryptedSource} actions={actions} canCompose={status.summary.encrypted !== "failed" && !stopped} hasSource={!stopped} draft={draft} />
    </main>
  );
}

type LoadingPhase = "quiet" | "skeleton" | "progress";

/** Below 150 ms nothing, until a second a skeleton, above that what is being done, with a way out (ux: fast is part of the look). */
function Loading({ onCancel, phase: fixed }: { onCancel: () => void; phase?: LoadingPhase }): JSX.Element {
  const [phase, setPhase] = useState<LoadingPhase>(fixed ?? "quiet");
  useEffect(() => {
    if (fixed) return;
    const skeleton = setTimeout(() => setPhase("skeleton"), 150);
    const progress = setTimeout(() => setPhase("progress"), 1000);
    return () => {
      clearTimeout(skeleton);
      clearTimeout(progress);
    };
  }, [fixed]);
  if (phase === "quiet") return <main class="reader" />;
  return (
    <main class="reader" aria-busy="true">
      <Heading />
      <div class="skeleton" aria-hidden="true">
        <div />
        <div />
        <div />
      </div>
      {phase === "progress" && (
        <div class="placeholder">
          <Announce text={t("reader_opening")} />
          <p>{t("reader_opening")}</p>
          <progress aria-label={t("reader_opening")} />
          <button type="button" onClick={onCancel}>
            {t("cancel")}
          </button>
        </div>
      )}
    </main>
  );
}
