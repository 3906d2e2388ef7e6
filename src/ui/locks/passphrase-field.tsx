import type { JSX, TargetedInputEvent } from "preact";
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.ts";

/** A field for a passphrase that can be shown. Pasting and password managers work (WCAG 3.3.8). */
export function PassphraseField(props: {
  label: string;
  value: string;
  complete: "current-password" | "new-password" | "off";
  test: string;
  autoFocus?: boolean;
  onInput: (passphrase: string) => void;
}): JSX.Element {
  const [shown, setShown] = useState(false);
  const common = {
    autoComplete: props.complete,
    autoFocus: props.autoFocus === true,
    spellcheck: false,
    value: props.value,
    maxLength: 1024,
    "data-test": props.test,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => props.onInput(event.currentTarget.value),
  };
  return (
    <div class="stack passphrase">
      <label class="stack">
        {props.label}
        {shown ? <input type="text" {...common} /> : <input type="password" {...common} />}
      </label>
      <label class="check">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} data-test={`${props.test}-show`} />
        <span>{t("passphrase_show")}</span>
      </label>
    </div>
  );
}
