import type { JSX, TargetedClipboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TextHandle } from "../composer/context.ts";
import { attribute } from "../mail-html/srcdoc.ts";
import { t } from "../shared/i18n.ts";
import { type ActiveFormats, makeRichEditor, type RichEditor } from "./rich-editor.ts";
import { Toolbar } from "./toolbar.tsx";

const noFormats: ActiveFormats = { bold: false, italic: false, underline: false, list: false, numbers: false, quote: false, link: false };

/** The text: formatted, or plain. No spell-check service may see it (architecture §1, rule 1), so spell checking is off. */
export function Editor(props: {
  plain: boolean;
  handle: { current: TextHandle | null };
  focus: boolean;
  onChange: () => void;
  onPlain: (plain: boolean) => void;
  onPicture: (file: File) => void;
  onFiles: (files: File[]) => void;
}): JSX.Element {
  const { plain, handle, onChange } = props;
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const rich = useRef<RichEditor | null>(null);
  const [formats, setFormats] = useState(noFormats);

  useEffect(() => {
    if (!root.current) return;
    const editor = makeRichEditor(root.current, { change: onChange, formats: setFormats });
    rich.current = editor;
    handle.current = textHandle(() => (field.current?.hidden === false ? field.current : null), editor);
    if (props.focus) editor.focus("start");
    return () => {
      handle.current = null;
      editor.destroy();
    };
  }, []);

  // The two keep one text. It goes over in the same step in which the other field appears: a Send in between must not find an old one.
  const was = useRef(plain);
  useLayoutEffect(() => {
    if (was.current === plain || !field.current || !rich.current) return;
    was.current = plain;
    if (plain) field.current.value = rich.current.text();
    else rich.current.setHtml(textAsHtml(field.current.value));
  }, [plain]);

  const onPaste = (event: TargetedClipboardEvent<HTMLElement>): void => {
    const files = Array.from(event.clipboardData?.files ?? []);
    // Text with a picture of itself (a spreadsheet's cells) is text.
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    for (const file of files) props.onPicture(file);
  };

  return (
    <div class="editor" onPasteCapture={onPaste}>
      <Toolbar
        formats={formats}
        plain={plain}
        onToggle={(format) => rich.current?.toggle(format)}
        onLink={(address) => rich.current?.setLink(address)}
        onPlain={props.onPlain}
        onPicture={props.onPicture}
        onFiles={props.onFiles}
      />
      <div
        ref={root}
        class="editor-text"
        hidden={plain}
        role="textbox"
        aria-multiline="true"
        aria-label={t("text_label")}
        contentEditable
        spellcheck={false}
        autocorrect="off"
        data-test="editor"
      />
      <textarea ref={field} class="editor-text editor-plain" hidden={!plain} aria-label={t("text_label")} spellcheck={false} autoComplete="off" data-test="editor-plain" onInput={onChange} />
    </div>
  );
}

function textHandle(plainField: () => HTMLTextAreaElement | null, rich: RichEditor): TextHandle {
  return {
    html: () => (plainField() ? null : rich.html()),
    text: () => plainField()?.value ?? rich.text(),
    setHtml: (html) => {
      rich.setHtml(html);
      const field = plainField();
      if (field) field.value = rich.text();
    },
    focus: (where) => {
      const field = plainField();
      if (field) field.focus();
      else rich.focus(where);
    },
    insertPicture: rich.insertPicture,
    hasQuote: () => {
      const field = plainField();
      return field ? /^>/m.test(field.value) : rich.hasQuote();
    },
    removeQuotes: () => {
      const field = plainField();
      if (field) field.value = field.value.split("\n").filter((line) => !line.startsWith(">")).join("\n");
      else rich.removeQuotes();
    },
  };
}

function textAsHtml(text: string): string {
  return text.split("\n").map((line) => `<div>${attribute(line) || "<br>"}</div>`).join("");
}
