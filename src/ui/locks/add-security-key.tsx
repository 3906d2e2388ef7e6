import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { Problem } from "../shared/problem.tsx";
import { Prove } from "./prove.tsx";
import type { SecurityKeyDesk } from "./security-key-desk.ts";
import { useSteps } from "./use-steps.ts";

/** Registers another security key: whoever does it shows first that the keys are theirs. */
export function AddSecurityKey({ vault, desk, onClose }: { vault: string; desk: SecurityKeyDesk; onClose: () => void }): JSX.Element {
  const [label, setLabel] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [added, setAdded] = useState(false);
  const { busy, problem, run } = useSteps();
  const ready = label.trim() !== "" && code !== "" && !busy;
  return (
    <Dialog title={t("security_key_add")} onClose={onClose} test="security-key-dialog">
      {added ? (
        <p role="status" data-test="security-key-added">
          {t("security_key_added_now")}
        </p>
      ) : (
        <>
          <p>{t("security_key_add_text")}</p>
          <label class="stack">
            {t("security_key_label")}
            <input type="text" autoComplete="off" maxLength={100} value={label} data-test="security-key-label" onInput={(event) => setLabel(event.currentTarget.value)} />
          </label>
          <Prove code={code} onChange={setCode} />
        </>
      )}
      {problem && <Problem code={problem} />}
      <div class="buttons buttons-end">
        <button type="button" onClick={onClose} data-test="security-key-close">
          {added ? t("close") : t("cancel")}
        </button>
        {!added && (
          <button
            type="button"
            class="primary"
            disabled={!ready}
            data-test="security-key-register"
            onClick={() =>
              run(async () => {
                await desk.add(vault, await desk.prove(vault, code), label.trim());
                setAdded(true);
              })
            }
          >
            {t("security_key_register")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
