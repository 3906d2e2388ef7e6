import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { UnlockSecret } from "../../protocol/unlock.ts";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { Prove } from "./prove.tsx";
import { RecoveryCode } from "./recovery-code.tsx";
import type { SecurityKeyDesk } from "./security-key-desk.ts";
import { useSteps } from "./use-steps.ts";

/** Makes a new recovery code. The old one holds until the person keeps the new one. */
export function RenewRecoveryCode({ vault, desk, onClose }: { vault: string; desk: SecurityKeyDesk; onClose: () => void }): JSX.Element {
  const [typed, setTyped] = useState<string | null>(null);
  const [made, setMade] = useState<{ secret: UnlockSecret; code: string } | null>(null);
  const [kept, setKept] = useState(false);
  const [done, setDone] = useState(false);
  const { busy, problem, run } = useSteps();
  return (
    <Dialog title={t("recovery_renew")} onClose={onClose} test="recovery-dialog">
      {done && (
        <p role="status" data-test="recovery-renewed">
          {t("recovery_renewed")}
        </p>
      )}
      {!made && (
        <>
          <p>{t("recovery_renew_text")}</p>
          <Prove code={typed} onChange={setTyped} />
        </>
      )}
      {made && !done && <RecoveryCode code={made.code} kept={kept} onKept={setKept} />}
      {problem && <Problem code={problem} />}
      <div class="buttons buttons-end">
        <button type="button" onClick={onClose} data-test="recovery-close">
          {done ? t("close") : t("cancel")}
        </button>
        {!made && (
          <button
            type="button"
            class="primary"
            disabled={busy || typed === ""}
            data-test="recovery-make"
            onClick={() =>
              run(async () => {
                const secret = await desk.prove(vault, typed);
                setMade({ secret, code: await desk.newCode() });
              })
            }
          >
            {t("recovery_renew")}
          </button>
        )}
        {made && !done && (
          <button
            type="button"
            class="primary"
            disabled={busy || !kept}
            data-test="recovery-use"
            onClick={() =>
              run(async () => {
                await desk.renew(vault, made.secret, made.code);
                setDone(true);
              })
            }
          >
            {t("recovery_use")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
