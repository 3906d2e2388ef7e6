import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { IdentityFacts } from "../../protocol/identities.ts";
import type { LockFacts, Protection, UnlockSecret, WantedProtection } from "../../protocol/unlock.ts";
import { EMPTY_FORM, formProblem, type ProtectionForm, vaultFor } from "../setup/protection-form.ts";
import { isForbidden, ProtectionChoice } from "../setup/protection-choice.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { PassphraseField } from "./passphrase-field.tsx";
import { Prove } from "./prove.tsx";
import { forgetSecret, type SecurityKeyDesk } from "./security-key-desk.ts";
import { useSteps } from "./use-steps.ts";

type Step = "prove" | "choose" | "ask-none" | "done";

/** A key without protection has no secret that could be shown. */
const FIRST_STEP: Record<Protection, Step> = { none: "choose", passphrase: "prove", "security-key": "prove", card: "prove" };

/**
 * Changes how keys that are here are protected: first their owner shows the old secret, then chooses the new protection. The old form
 * holds until the new one was seen to work.
 * @param props.identity the key at which it was asked for
 * @param props.alike other keys that are protected in the same way, and may go along
 */
export function ChangeProtection(props: { identity: IdentityFacts; alike: readonly IdentityFacts[]; locks: LockFacts; desk: SecurityKeyDesk; onAllow: (domain: string) => void; onClose: () => void }): JSX.Element {
  const { identity, alike, locks, desk, onAllow } = props;
  // What the page behind shows changes with it: here it stays what it was.
  const [now] = useState(identity.protection);
  const [vault] = useState(locks.vaults.find(({ identities }) => identities.includes(identity.id))?.id ?? null);
  const [step, setStep] = useState<Step>(FIRST_STEP[now]);
  const [secret, setSecret] = useState<UnlockSecret | null>(null);
  const [form, setForm] = useState<ProtectionForm>({ ...EMPTY_FORM, kind: now === "passphrase" ? "security-key" : "passphrase" });
  const [all, setAll] = useState(true);
  const { busy, problem, run } = useSteps();
  const ids = [identity, ...(all ? alike : [])].map(({ id }) => id);
  const known = vaultFor(form, locks.vaults, new Set(ids));
  const ready = !busy && formProblem(form, known !== null) === null && !isForbidden(form.kind, locks.required);

  const close = (): void => {
    forgetSecret(secret);
    form.first?.registered.output.fill(0);
    props.onClose();
  };
  const proved = (given: () => Promise<UnlockSecret>): void =>
    run(async () => {
      setSecret(await given());
      setStep("choose");
    });
  const change = (): void =>
    run(async () => {
      await desk.protect(ids, secret, await wanted(form, known, desk));
      setStep("done");
    });
  const register = (): void =>
    run(async () => {
      const first = await desk.first(form.label.trim());
      setForm((before) => ({ ...before, first, kept: false }));
    });

  return (
    <Dialog title={t("protection_change_title")} onClose={close} test="protection-dialog">
      {step !== "done" && (
        <p>
          <bdi>{identity.certificate.name}</bdi> <bdi class="address dim">{identity.certificate.addresses.join(", ")}</bdi>
        </p>
      )}
      {step === "prove" && vault !== null && <Before passphrase={now === "passphrase"} busy={busy} desk={desk} vault={vault} onProved={proved} onClose={close} />}
      {step === "choose" && (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (!ready) return;
            if (form.kind === "none") setStep("ask-none");
            else change();
          }}
        >
          {alike.length > 0 && (
            <label class="check">
              <input type="checkbox" checked={all} onChange={() => setAll(!all)} data-test="protection-alike" />
              <span>
                {t("protection_change_alike")}
                <span class="dim block">{alike.map(({ certificate }) => `${certificate.name} (${certificate.issuerName})`).join(", ")}</span>
              </span>
            </label>
          )}
          <ProtectionChoice form={form} known={known !== null} required={locks.required} now={now} place={locks.securityKeys} busy={busy} onChange={(changed) => setForm({ ...form, ...changed })} onRegister={register} onAllow={() => locks.securityKeys.relyingParty !== null && onAllow(locks.securityKeys.relyingParty)} />
          {problem && <Problem code={problem} />}
          <div class="buttons buttons-end">
            <button type="button" onClick={close} data-test="protection-cancel">
              {t("cancel")}
            </button>
            <button type="submit" class="primary" disabled={!ready} data-test="protection-change-now">
              {t("protection_change")}
            </button>
          </div>
        </form>
      )}
      {step === "ask-none" && (
        <>
          <p data-test="protection-ask-none">{t("protection_ask_none")}</p>
          {problem && <Problem code={problem} />}
          <div class="buttons buttons-end">
            <button type="button" onClick={() => setStep("choose")} data-test="protection-back">
              {t("back")}
            </button>
            <button type="button" disabled={busy} onClick={change} data-test="protection-none-yes">
              {t("protection_none_yes")}
            </button>
          </div>
        </>
      )}
      {step === "prove" && problem && <Problem code={problem} />}
      {step === "done" && (
        <>
          <p role="status" data-test="protection-changed">
            {t("protection_changed")}
          </p>
          <div class="buttons buttons-end">
            <button type="button" class="primary" onClick={close} data-test="protection-close">
              {t("close")}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Asks for what protects the keys until now. */
function Before(props: { passphrase: boolean; busy: boolean; vault: string; desk: SecurityKeyDesk; onProved: (given: () => Promise<UnlockSecret>) => void; onClose: () => void }): JSX.Element {
  const { passphrase: byPassphrase, busy, vault, desk } = props;
  const [passphrase, setPassphrase] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const ready = !busy && (byPassphrase ? passphrase !== "" : code !== "");
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) props.onProved(() => (byPassphrase ? desk.check(vault, { kind: "passphrase", passphrase }) : desk.prove(vault, code)));
      }}
    >
      <p>{t(byPassphrase ? "protection_prove_passphrase" : "protection_prove_security_key")}</p>
      {byPassphrase ? <PassphraseField label={t("passphrase_yours")} value={passphrase} autoFocus complete="current-password" test="protection-old" onInput={setPassphrase} /> : <Prove code={code} onChange={setCode} />}
      <div class="buttons buttons-end">
        <button type="button" onClick={props.onClose} data-test="protection-cancel">
          {t("cancel")}
        </button>
        <button type="submit" class="primary" disabled={!ready} data-test="protection-prove">
          {t("continue")}
        </button>
      </div>
    </form>
  );
}

/** What is wished of the new protection; a security key that protects other keys already is asked for. */
async function wanted({ kind, passphrase, first }: ProtectionForm, known: string | null, desk: SecurityKeyDesk): Promise<WantedProtection> {
  if (kind === "none") return { kind };
  if (kind === "passphrase") return { kind, vault: known, passphrase };
  if (known === null && first) return { kind, vault: known, credential: first.registered.credential, output: first.registered.output, first };
  const secret = await desk.prove(known ?? "", null);
  if (secret.kind !== kind) throw new Error("a security key answers as one");
  return { ...secret, vault: known, first: null };
}
