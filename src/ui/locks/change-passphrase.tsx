import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { UnlockAnswer } from "../../protocol/unlock.ts";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { newPassphraseProblem } from "./new-passphrase.ts";
import { PassphraseField } from "./passphrase-field.tsx";

/** Asks for the old passphrase and twice for the new one. The old one holds until the new one was proved to open the keys. */
export function ChangePassphrase({ change, onClose }: { change: (old: string, next: string) => Promise<UnlockAnswer | null>; onClose: () => void }): JSX.Element {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [step, setStep] = useState<"typing" | "changing" | "changed" | "wrong" | "wait">("typing");
  const wrong = newPassphraseProblem(next, again);
  const submit = async (): Promise<void> => {
    setStep("changing");
    const answer = await change(old, next);
    setStep(answer === null ? "typing" : answer.state === "opened" ? "changed" : answer.state);
  };
  if (step === "changed") {
    return (
      <Dialog title={t("passphrase_change")} onClose={onClose} test="passphrase-dialog">
        <p role="status" data-test="passphrase-changed">
          {t("passphrase_changed")}
        </p>
        <div class="buttons buttons-end">
          <button type="button" class="primary" onClick={onClose}>
            {t("close")}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t("passphrase_change")} onClose={onClose} test="passphrase-dialog">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (old !== "" && wrong === null && step !== "changing") void submit();
        }}
      >
        <PassphraseField label={t("passphrase_yours")} value={old} complete="current-password" test="passphrase-old" onInput={setOld} />
        <PassphraseField label={t("passphrase_new")} value={next} complete="new-password" test="passphrase-next" onInput={setNext} />
        <PassphraseField label={t("passphrase_again")} value={again} complete="new-password" test="passphrase-again" onInput={setAgain} />
        <p class="dim" role="status">
          {wrong === "short" && t("passphrase_short")}
          {wrong === "differs" && again !== "" && t("passphrase_differs")}
        </p>
        {step === "wrong" && <Problem code="keys.passphrase-wrong" />}
        {step === "wait" && <Problem code="keys.unlock-wait" />}
        <div class="buttons buttons-end">
          <button type="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" class="primary" disabled={old === "" || wrong !== null || step === "changing"} data-test="passphrase-save">
            {t("passphrase_change")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
