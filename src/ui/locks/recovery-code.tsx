import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { utf8 } from "../../base/bytes.ts";
import { copyText } from "../shared/clipboard.ts";
import { t } from "../shared/i18n.ts";
import { saveFile } from "../shared/save-file.ts";

/** A recovery code as it is shown once, to be kept apart from the computer, and the word of its owner that it is. */
export function RecoveryCode({ code, kept, onKept }: { code: string; kept: boolean; onKept: (kept: boolean) => void }): JSX.Element {
  const [copied, setCopied] = useState(false);
  return (
    <section class="stack" aria-labelledby="recovery-code" data-test="recovery-code">
      <h3 id="recovery-code">{t("recovery_title")}</h3>
      <p>{t("recovery_text")}</p>
      <p>
        <code dir="ltr" data-test="recovery-code-value">
          {code}
        </code>
      </p>
      <div class="buttons">
        <button type="button" onClick={() => void copyText(code).then(setCopied)} data-test="recovery-copy">
          {t("recovery_copy")}
        </button>
        <button type="button" onClick={() => saveFile("mailseal-recovery-code.txt", utf8(`${t("recovery_file")}\n\n${code}\n`))} data-test="recovery-save">
          {t("recovery_save")}
        </button>
      </div>
      <p class="dim" role="status">
        {copied && t("recovery_copied")}
      </p>
      <label class="check">
        <input type="checkbox" checked={kept} onChange={() => onKept(!kept)} data-test="recovery-kept" />
        <span>{t("recovery_kept")}</span>
      </label>
    </section>
  );
}

/** A field for a recovery code. */
export function RecoveryCodeField({ onInput }: { onInput: (code: string) => void }): JSX.Element {
  const [code, setCode] = useState("");
  return (
    <label class="stack">
      {t("recovery_typed")}
      <input
        type="text"
        dir="ltr"
        autoComplete="off"
        autoCapitalize="characters"
        spellcheck={false}
        maxLength={200}
        value={code}
        data-test="recovery-typed"
        onInput={(event) => {
          setCode(event.currentTarget.value);
          onInput(event.currentTarget.value);
        }}
      />
      <span class="dim">{t("recovery_typing")}</span>
    </label>
  );
}
