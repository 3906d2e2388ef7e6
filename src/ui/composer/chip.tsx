import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RecipientState } from "../../protocol/frame-requests.ts";
import { plural, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Lock } from "../shared/marks.tsx";
import { ChipDetails, stateText } from "./chip-details.tsx";
import { labelOf, listSize } from "./model.ts";
import type { Recipient } from "./recipients.ts";

/** One recipient: who it is, whether a certificate was found, and behind it the certificate itself. */
export function Chip(props: {
  person: Recipient;
  /** Undefined while it is being looked for. */
  state: RecipientState | undefined;
  encrypt: boolean;
  /** Members of lists that get nothing. */
  leftOut: readonly string[];
  onChoose: (address: string, sha256: string) => void;
  onRemove: () => void;
  /** Moves the focus by so many chips; past the last one to the text field. */
  onMove: (step: 1 | -1) => void;
}): JSX.Element {
  const { person, state, onRemove, onMove } = props;
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const face = useRef<HTMLButtonElement>(null);
  const details = useRef<HTMLSpanElement>(null);
  const id = useId();
  const kind = !person.valid ? "wrong" : (state?.state ?? "searching");
  const unchecked = kind === "found" && state?.revocation?.state === "unreachable";
  const size = listSize(state);
  const counted = size !== null && props.encrypt;
  const label = counted ? plural("chip_list", size, labelOf(person)) : labelOf(person);
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
    // In the details these keys scroll and choose; there they must neither leave the chip nor remove the person.
    const inside = details.current?.contains(event.target as Node) === true;
    if (event.key === "Escape" && open) {
      setOpen(false);
      if (inside) face.current?.focus();
      event.stopPropagation();
    } else if (inside) return;
    else if (event.key === "Backspace" || event.key === "Delete") onRemove();
    else if (event.key === "ArrowLeft") onMove(rtl() ? 1 : -1);
    else if (event.key === "ArrowRight") onMove(rtl() ? -1 : 1);
    else return;
    event.preventDefault();
  };

  return (
    <span class={`chip chip-${kind}`} ref={box} onKeyDown={onKeyDown} data-test="chip" data-address={person.address} data-state={kind}>
      <button type="button" class="chip-face" ref={face} aria-expanded={open} aria-controls={id} title={person.address} onClick={() => setOpen(!open)}>
        <bdi dir={!counted ? "auto" : rtl() ? "rtl" : "ltr"}>{label}</bdi>
        {props.encrypt && kind === "found" && <Lock state="filled" />}
        {kind === "searching" && <span class="chip-dots" aria-hidden="true" />}
        {props.encrypt && unchecked && <span class="chip-note">{t("chip_unchecked")}</span>}
        {props.encrypt && (kind === "none" || kind === "problem") && <span class="chip-note">{t(size === null ? `chip_${kind}` : "chip_list_problem")}</span>}
        {kind === "wrong" && <span class="chip-note">{t("chip_wrong")}</span>}
        <span class="visually-hidden">{stateText(state, kind)}</span>
      </button>
      <button type="button" class="chip-remove" tabIndex={-1} aria-label={t("remove_named", label)} title={t("remove_named", label)} onClick={onRemove}>
        <Icon name="close" />
      </button>
      {open && (
        <span id={id} class="chip-details" ref={details} role="group" tabIndex={0} aria-label={label} data-test="chip-details">
          <ChipDetails person={person} state={state} kind={kind} leftOut={props.leftOut} onChoose={props.onChoose} />
        </span>
      )}
    </span>
  );
}
