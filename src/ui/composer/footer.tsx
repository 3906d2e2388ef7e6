import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Code } from "../../base/codes/index.ts";
import { formatNumber, formatTime } from "../shared/format.ts";
import { codeText, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Lock, Seal } from "../shared/marks.tsx";
import { Disclosure } from "../shared/menu.tsx";
import { say } from "../sentence/say.ts";
import { CipherLine } from "./cipher-line.tsx";
import type { ComposerActions } from "./composer.ts";
import { type ComposerModel, type SendingStep, sentenceOf } from "./model.ts";
import { mayCancel } from "./sending.ts";

/** The two toggles, the sentence about what Send would do now, and Send. */
export function Footer({ model, actions }: { model: ComposerModel; actions: ComposerActions }): JSX.Element {
  const sentence = sentenceOf(model);
  const id = useId();
  const busy = model.sending !== null;
  return (
    <footer class="composer-footer">
      <div class="toggles">
        <button
          type="button"
          class="toggle"
          aria-pressed={model.encrypt}
          aria-describedby={`${id}-encrypt`}
          aria-disabled={model.forced.encrypt}
          aria-keyshortcuts="Alt+E"
          title={t(model.forced.encrypt ? "encrypt_forced" : "encrypt_long")}
          data-test="encrypt"
          onClick={(event) => actions.toggleEncrypt(event)}
        >
          <Lock state={model.encrypt ? "filled" : "outline"} /> {t("encrypt")}
        </button>
        <span id={`${id}-encrypt`} hidden>
          {t(model.forced.encrypt ? "encrypt_forced" : "encrypt_long")}
        </span>
        <button
          type="button"
          class="toggle"
          aria-pressed={model.sign}
          aria-describedby={`${id}-sign`}
          aria-disabled={model.forced.sign}
          aria-keyshortcuts="Alt+S"
          title={t(model.forced.sign ? "sign_forced" : "sign_long")}
          data-test="sign"
          onClick={(event) => actions.toggleSign(event)}
        >
          <Seal state={model.sign ? "filled" : "outline"} /> {t("sign")}
        </button>
        <span id={`${id}-sign`} hidden>
          {t(model.forced.sign ? "sign_forced" : "sign_long")}
        </span>
        <Disclosure label={t("more")} face={<Icon name="more" />} class="opens-up" test="composer-more">
          {() => (
            <>
              <label class="receipt-choice">
                <input type="checkbox" checked={model.receipt} disabled={!model.sign} aria-describedby={`${id}-receipt`} onChange={actions.toggleReceipt} data-test="ask-receipt" />
                <span>
                  {t("receipt_ask")}
                  <span id={`${id}-receipt`} class="dim">
                    {t(model.sign ? "receipt_ask_note" : "receipt_ask_unsigned")}
                  </span>
                </span>
              </label>
              <CipherLine model={model} actions={actions} />
            </>
          )}
        </Disclosure>
      </div>
      {model.receipt && model.sign && (
        <span class="saved dim" data-test="receipt-wanted">
          {t("receipt_wanted")}
        </span>
      )}
      <p class={`composer-sentence tone-${sentence.tone}`} role="status" data-test="sentence" data-key={sentence.key}>
        {model.sending && model.sending.step !== "looking-up" ? progressText(model.sending) : model.looking ? lookingText(model.looking) : model.ready ? say(sentence) : ""}
      </p>
      {busy && <progress class="send-progress" aria-label={t("sending")} {...progressValue(model)} data-test="send-progress" />}
      {mayCancel(model) && (
        <button type="button" class="link" onClick={actions.cancelSend} data-test="cancel-send">
          {t("cancel")}
        </button>
      )}
      <span class="saved dim" data-test="saved">
        {model.savedAt && !model.unkept && !busy ? t("saved_at", formatTime(model.savedAt)) : ""}
      </span>
      <Unkept why={model.unkept} />
      <button type="button" class="primary send" disabled={busy || !model.ready} aria-keyshortcuts="Control+Enter Meta+Enter" title={t("send_keys")} data-test="send" onClick={(event) => actions.send(event)}>
        {t("send")}
      </button>
    </footer>
  );
}

/** In the place of "Saved 10:32": nothing is kept, why, and by which code support knows it. */
function Unkept({ why }: { why: Code | null }): JSX.Element {
  return (
    <p class="saved unkept" role="status" data-test="unkept" {...(why !== null && { "data-code": why })}>
      {why !== null && (
        <>
          {t("draft_not_kept")} {codeText(why)} <bdi class="code">{why}</bdi>
        </>
      )}
    </p>
  );
}

function progressText(sending: SendingStep): string {
  switch (sending.step) {
    case "looking-up":
    case "preparing":
      return t("sending_preparing");
    case "unlocking":
      return t("sending_unlocking");
    case "sealing":
      return t("sending_sealing");
    case "sending":
      return t("sending");
    case "looking":
      return t("looking_in_sent");
    case "moving":
    case "saving":
      return t("saving_draft");
  }
}

/** "Looking for certificates: 1,200 of 5,000" */
function lookingText({ done, of }: { done: number; of: number }): string {
  return t("looking_up", formatNumber(done), formatNumber(of));
}

function progressValue({ sending, looking }: ComposerModel): { value?: number; max?: number } {
  if (sending?.step === "looking-up" && looking) return { value: looking.done, max: looking.of };
  if (sending?.step === "sealing" && sending.of > 1) return { value: sending.done, max: sending.of };
  if (sending?.step === "sending" && sending.of > 1) return { value: sending.index, max: sending.of };
  return {};
}
