import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RecipientState } from "../../protocol/frame-requests.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";
import { plural, t } from "../shared/i18n.ts";
import { Person } from "../shared/person.tsx";
import { Chip } from "./chip.tsx";
import type { Field } from "./model.ts";
import { addressKey, parseRecipients, type Recipient } from "./recipients.ts";

/** To, Cc or Bcc: people as chips, and a field to type, paste or complete more of them. */
export function RecipientField(props: {
  field: Field;
  people: Recipient[];
  known: Record<string, RecipientState>;
  encrypt: boolean;
  focus?: boolean;
  search: (words: string, show: (people: AddressEntry[]) => void) => Promise<void>;
  onTyping: (typed: string) => void;
  onChoose: (address: string, sha256: string) => void;
  leftOut: readonly string[];
  onAdd: (people: Recipient[]) => void;
  onChange: (people: Recipient[]) => void;
}): JSX.Element {
  const { field, people, known } = props;
  const [text, setText] = useState("");
  const [found, setFound] = useState<AddressEntry[]>([]);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (props.focus) input.current?.focus();
  }, [props.focus]);

  useEffect(() => {
    const words = text.trim();
    if (words.length < 1) return setFound([]);
    let current = true;
    let shown = false;
    const timer = setTimeout(() => {
      void props.search(words, (people) => {
        if (!current) return;
        setFound(people);
        // What directories add comes below, so that nobody's choice moves.
        if (!shown) setActive(-1);
        shown = true;
      });
    }, 80);
    const ahead = setTimeout(() => props.onTyping(words), 300);
    return () => {
      current = false;
      clearTimeout(timer);
      clearTimeout(ahead);
    };
  }, [text]);

  const commit = (typed: string): void => {
    const added = parseRecipients(typed);
    if (added.length > 0) props.onAdd(added);
    setText("");
    setFound([]);
  };
  const choose = (person: AddressEntry): void => {
    props.onAdd([{ ...person, valid: true }]);
    setText("");
    setFound([]);
    input.current?.focus();
  };
  const focusChip = (index: number): void => box.current?.querySelectorAll<HTMLElement>(".chip-face")[index]?.focus();

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const atStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    if (event.key === "ArrowDown" && found.length > 0) setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp" && found.length > 0) setActive(active <= 0 ? found.length - 1 : active - 1);
    else if (event.key === "Escape" && found.length > 0) {
      setFound([]);
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      const person = found[active];
      if (person) choose(person);
      else if (text.trim() !== "") commit(text);
    } else if (event.key === "Tab" && found[active]) choose(found[active]);
    else if ((event.key === "," || event.key === ";") && /@|[<"]/.test(text) && !/"[^"]*$/.test(text)) commit(text);
    else if ((event.key === "Backspace" || event.key === "ArrowLeft") && atStart && people.length > 0) focusChip(people.length - 1);
    else return;
    if (event.key !== "Tab") event.preventDefault();
  };
  const removeAt = (index: number): void => {
    props.onChange(people.filter((_, each) => each !== index));
    queueMicrotask(() => input.current?.focus());
  };

  return (
    <div class="field-row" ref={box}>
      <label class="field-label" for={`${id}-input`}>
        {t(field)}
      </label>
      <div class="chips" onClick={(event) => event.target === event.currentTarget && input.current?.focus()}>
        {people.map((person, index) => (
          <Chip
            key={addressKey(person.address)}
            person={person}
            state={person.valid ? known[addressKey(person.address)] : undefined}
            encrypt={props.encrypt}
            leftOut={props.leftOut}
            onChoose={props.onChoose}
            onRemove={() => removeAt(index)}
            onMove={(step) => (index + step >= people.length ? input.current?.focus() : focusChip(Math.max(0, index + step)))}
          />
        ))}
        <input
          id={`${id}-input`}
          ref={input}
          type="text"
          inputMode="email"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text}
          data-test={`${field}-input`}
          onInput={(event) => {
            const typed = event.currentTarget.value;
            // A pasted list becomes chips at once.
            if (/[\r\n]|[,;].*@.*[,;]/s.test(typed)) commit(typed);
            else setText(typed);
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData("text/plain") ?? "";
            if (!/[\r\n,;]/.test(pasted) || !pasted.includes("@")) return;
            event.preventDefault();
            commit(text + pasted);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => text.trim() !== "" && commit(text)}
        />
        <ul id={`${id}-list`} role="listbox" class="completion" aria-label={t("known_people")} hidden={found.length === 0}>
          {found.map((person, index) => (
            <li
              key={person.address}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              data-test="completion"
              // Before the field loses focus and turns what was typed into a chip.
              onPointerDown={(event) => {
                event.preventDefault();
                choose(person);
              }}
            >
              <Person {...person} />
            </li>
          ))}
        </ul>
        <span class="visually-hidden" role="status">
          {found.length > 0 ? plural("completion_count", found.length) : ""}
        </span>
      </div>
    </div>
  );
}
