import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LoginReply } from "../../protocol/card-messages.ts";
import type { UnlockQuestion } from "../../protocol/unlock.ts";
import { LifetimeChoice } from "../locks/lifetime.tsx";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { Facts, type Tried, whyOf } from "./unlock-view.tsx";

/** Asks for a card's PIN, or to type it at the reader. A PIN that is locked is not asked for. */
export function CardForm({ question, card, tried, onCard, onCancel }: { question: UnlockQuestion; card: NonNullable<UnlockQuestion["card"]>; tried: Tried; onCard: (pin: string | null, minutes: number | null) => void; onCancel: () => void }): JSX.Element {
  const [pin, setPin] = useState("");
  const [minutes, setMinutes] = useState(question.preselected);
  const reply: LoginReply = tried.state === "card" ? tried.reply : { result: "ok", tries: card.tries };
  const locked = reply.tries === "locked";
  const trying = tried.state === "trying";
  const ready = !locked && !trying && (card.pinPad || pin !== "");
  return (
    <form
      class="stack"
      data-test="unlock-card"
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        onCard(card.pinPad ? null : pin, minutes);
        setPin("");
      }}
    >
      <p data-test="unlock-why">{whyOf(question)}</p>
      <Facts question={question} />
      <p>{t("card_in_reader", card.label, card.reader)}</p>
      {!locked && !card.pinPad && <PassphraseField label={t("card_pin")} value={pin} autoFocus complete="off" test="unlock-pin" onInput={setPin} />}
      {!locked && card.pinPad && <p>{t(trying ? "card_pad_now" : "card_pad")}</p>}
      <PinState reply={reply} />
      {tried.state === "failed" && <Problem code={tried.code} />}
      {!locked && question.choices.length > 0 && <LifetimeChoice choices={question.choices} chosen={minutes} onChoose={setMinutes} />}
      <p class="dim">{t("unlock_where")}</p>
      <div class="buttons buttons-end">
        <button type="button" onClick={onCancel} data-test="unlock-cancel">
          {t("cancel")}
        </button>
        {!locked && (
          <button type="submit" class="primary" disabled={!ready} data-test="unlock-open">
            {t("unlock_open")}
          </button>
        )}
      </div>
    </form>
  );
}

const RESULTS: Record<LoginReply["result"], string | null> = { ok: null, wrong: "card_pin_wrong", malformed: "card_pin_malformed", cancelled: "card_pin_cancelled", locked: null };
const TRIES: Record<LoginReply["tries"], string | null> = { unknown: null, low: "card_tries_low", last: "card_tries_last", locked: "card_locked" };

/** What came of a PIN, and how many more the card takes, as far as it tells. */
export function PinState({ reply: { result, tries } }: { reply: LoginReply }): JSX.Element | null {
  const lines = [RESULTS[result], TRIES[tries]].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return (
    <p role="alert" class="problem" data-test="pin-state" data-tries={tries}>
      {lines.map((line) => t(line)).join(" ")}
    </p>
  );
}
