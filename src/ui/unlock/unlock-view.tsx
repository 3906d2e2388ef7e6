import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Code } from "../../base/codes/index.ts";
import type { LoginReply } from "../../protocol/card-messages.ts";
import type { UnlockQuestion } from "../../protocol/unlock.ts";
import { CardForm } from "./card-form.tsx";
import { LifetimeChoice } from "../locks/lifetime.tsx";
import { PassphraseField } from "../locks/passphrase-field.tsx";
import { SecurityKeyWays } from "./security-key-ways.tsx";
import { formatMoment } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";

/** How far an attempt is; `until` is in milliseconds since the epoch, the time before which no other is made. */
export type Tried = { state: "not-yet" | "trying" } | { state: "failed"; code: Code; until: number } | { state: "card"; reply: LoginReply };

/** What a person gives; what a security key answers is asked for then. */
export type Given = { kind: "passphrase"; passphrase: string } | { kind: "security-key" } | { kind: "recovery-code"; code: string };

/**
 * Asks a person to unlock keys, where no page can read along: which key, for what, and for how long.
 * @param props.question undefined while it is being asked for, null if nobody waits for an answer any more
 */
export function UnlockView(props: { question: UnlockQuestion | null | undefined; tried: Tried; onUnlock: (given: Given, minutes: number | null) => void; onCard: (pin: string | null, minutes: number | null) => void; onCancel: () => void }): JSX.Element {
  const { question } = props;
  return (
    <main class="page" aria-busy={question === undefined}>
      <h1>{t("unlock_title")}</h1>
      {question === null && <p data-test="unlock-gone">{t("unlock_gone")}</p>}
      {question && question.card !== null && <CardForm {...props} question={question} card={question.card} />}
      {question && question.card === null && <Form {...props} question={question} />}
    </main>
  );
}

function Form({ question, tried, onUnlock, onCancel }: Parameters<typeof UnlockView>[0] & { question: UnlockQuestion }): JSX.Element {
  const [given, setGiven] = useState<Given>(question.kind === "passphrase" ? { kind: "passphrase", passphrase: "" } : firstOf(question));
  const [minutes, setMinutes] = useState(question.preselected);
  // Others may have tried at this vault before.
  const before = useMemo(() => Date.now() + question.wait, [question.wait]);
  const seconds = useSeconds(tried.state === "failed" ? tried.until : before);
  const ready = isComplete(given) && tried.state !== "trying" && seconds === 0;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onUnlock(given, minutes);
      }}
    >
      <p data-test="unlock-why">{whyOf(question)}</p>
      <Facts question={question} />
      {given.kind === "passphrase" && (
        <PassphraseField label={t("unlock_passphrase")} value={given.passphrase} autoFocus complete="current-password" test="unlock-passphrase" onInput={(passphrase) => setGiven({ kind: "passphrase", passphrase })} />
      )}
      {question.kind === "security-key" && <SecurityKeyWays question={question} given={given} onChange={setGiven} />}
      {tried.state === "failed" && <Problem code={tried.code} />}
      {seconds > 0 && (
        <p role="status" data-test="unlock-wait">
          {plural("unlock_wait", seconds)}
        </p>
      )}
      {question.choices.length > 0 ? <LifetimeChoice choices={question.choices} chosen={minutes} onChoose={setMinutes} /> : <p class="dim">{t("unlock_each_time")}</p>}
      {given.kind === "passphrase" && <p class="dim">{t("unlock_where")}</p>}
      <div class="buttons buttons-end">
        <button type="button" onClick={onCancel} data-test="unlock-cancel">
          {t("cancel")}
        </button>
        <button type="submit" class="primary" disabled={!ready} data-test="unlock-open">
          {given.kind === "security-key" ? t("unlock_security_key") : t("unlock_open")}
        </button>
      </div>
    </form>
  );
}

const firstOf = ({ authenticators }: UnlockQuestion): Given => (authenticators.length > 0 ? { kind: "security-key" } : { kind: "recovery-code", code: "" });

function isComplete(given: Given): boolean {
  switch (given.kind) {
    case "passphrase":
      return given.passphrase !== "";
    case "security-key":
      return true;
    case "recovery-code":
      return given.code !== "";
  }
}

export function whyOf({ use, origin, keys }: UnlockQuestion): string {
  switch (use) {
    case "read":
      return t("unlock_why_read", origin ?? "");
    case "sign":
      return t("unlock_why_sign", origin ?? "");
    case "page":
      return plural("unlock_why_page", keys);
  }
}

/** Which key, and which message as the webmail shows it. */
export function Facts({ question: { key, message, keys } }: { question: UnlockQuestion }): JSX.Element | null {
  if (key === null) return null;
  return (
    <dl class="facts" data-test="unlock-facts">
      <div class="fact">
        <dt>{t("unlock_key")}</dt>
        <dd>
          <bdi>{key.name}</bdi> <bdi class="address dim">{key.addresses.join(", ")}</bdi>
          {keys > 1 && <span class="block dim">{plural("unlock_others", keys - 1)}</span>}
        </dd>
      </div>
      {message?.from && (
        <div class="fact">
          <dt>{t("unlock_message")}</dt>
          <dd>
            <bdi class="address">{message.from}</bdi>
            {message.date !== null && <span class="dim block">{formatMoment(message.date)}</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Whole seconds left until a moment, counted down. */
function useSeconds(until: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((until - now) / 1000));
}
