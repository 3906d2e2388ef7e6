import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SecretQuestion } from "../../protocol/page-requests.ts";
import { t } from "../shared/i18n.ts";

/**
 * Asks for the password of one message, where no page can read along.
 * @param props.question undefined while it is being asked for, null if nobody waits for an answer any more
 */
export function SecretView({ question, onAnswer }: { question: SecretQuestion | null | undefined; onAnswer: (password: string | null) => void }): JSX.Element {
  const [password, setPassword] = useState("");
  return (
    <main class="page" aria-busy={question === undefined}>
      <h1>{t("secret_title")}</h1>
      {question === null && <p data-test="secret-gone">{t("secret_gone")}</p>}
      {question && (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (password !== "") onAnswer(password);
          }}
        >
          <p data-test="secret-why">{t("secret_why", question.origin)}</p>
          <label class="stack">
            {t("secret_password")}
            <input type="password" autoComplete="off" autoFocus value={password} maxLength={1024} data-test="secret-password" onInput={(event) => setPassword(event.currentTarget.value)} />
          </label>
          <p class="dim">{t("secret_once")}</p>
          <div class="buttons buttons-end">
            <button type="button" onClick={() => onAnswer(null)} data-test="secret-cancel">
              {t("cancel")}
            </button>
            <button type="submit" class="primary" disabled={password === ""} data-test="secret-open">
              {t("secret_open")}
            </button>
          </div>
        </form>
      )}
    </main>
  );
}
