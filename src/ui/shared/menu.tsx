import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

/**
 * A button that opens a short list of buttons or other content below it. Escape and a click elsewhere close it, and focus
 * returns to the button. Native buttons in a list, rather than ARIA menus, keep Tab and screen readers as people know them.
 */
export function Disclosure(props: {
  label: string;
  face: ComponentChildren;
  class?: string;
  test?: string;
  /** Content; `close` closes and gives focus back. */
  children: (close: () => void) => ComponentChildren;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    <div
      class={`disclosure ${props.class ?? ""}`}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        ref={button}
        class="quiet"
        aria-expanded={open}
        aria-controls={id}
        aria-label={props.label}
        title={props.label}
        data-test={props.test}
        onClick={() => setOpen(!open)}
      >
        {props.face}
      </button>
      <div id={id} class="disclosure-panel" hidden={!open}>
        {open && props.children(close)}
      </div>
    </div>
  );
}
