import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RecipientState } from "../../protocol/frame-requests.ts";
import { codeText, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Lock } from "../shared/marks.tsx";
import { CertificateFactsList } from "../shared/certificate-facts.tsx";
import { labelOf } from "./model.ts";
import type { Recipient } from "./recipients.ts";

/** One recipient: who it is, whether a certificate was found, and behind it the certificate itself. */
export function Chip(props: {
  person: Recipient;
  /** Undefined while it is being looked for. */
  state: RecipientState | undefined;
  encrypt: boolean;
  onRemove: () => void;
  /** Moves the focus by so many chips; past the last one to the text field. */
  onMove: (step: 1 | -1) => void;
}): JSX.Element {
  const { person, state, onRemove, onMove } = props;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const id = useId();
  const kind = !person.valid ? "wrong" : (state?.state ?? "searching");
  const unchecked = kind === "found" && state?.revocation?.state === "unreachable";
  const label = labelOf(person);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const rtl = (): boolean => document.documentElement.dir === "rtl";
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.key === "Backspace" || event.key === "Delete") onRemove();
    else if (event.key === "ArrowLeft") onMove(rtl() ? 1 : -1);
    else if (event.key === "ArrowRight") onMove(rtl() ? -1 : 1);
    else if (event.key === "Escape" && open) {
      setOpen(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  return (
    <span class={`chip chip-${kind}`} ref={box} onKeyDown={onKeyDown} data-test="chip" data-address={person.address} data-state={kind}>
      <button type="button" class="chip-face" aria-expanded={open} aria-controls={id} title={person.address} onClick={() => setOpen(!open)}>
        <bdi>{label}</bdi>
        {props.encrypt && kind === "found" && <Lock state="filled" />}
        {kind === "searching" && <span class="chip-dots" aria-hidden="true" />}
        {props.encrypt && unchecked && <span class="chip-note">{t("chip_unchecked")}</span>}
        {props.encrypt && (kind === "none" || kind === "problem") && <span class="chip-note">{t(`chip_${kind}`)}</span>}
        {kind === "wrong" && <span class="chip-note">{t("chip_wrong")}</span>}
        <span class="visually-hidden">{t(`chip_long_${kind}`)}</span>
      </button>
      <button type="button" class="chip-remove" tabIndex={-1} aria-label={t("remove_named", label)} title={t("remove_named", label)} onClick={onRemove}>
        <Icon name="close" />
      </button>
      {open && (
        <span id={id} class="chip-details" role="group" aria-label={label} data-test="chip-details">
          <bdi class="address">{person.address}</bdi>
          <span>{kind === "problem" && state ? codeText(state.code) : t(`chip_long_${kind}`)}</span>
          {state?.certificate && <CertificateFactsList facts={state.certificate} revocation={state.revocation} />}
        </span>
      )}
    </span>
  );
}
