import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../shared/i18n.ts";
import { Icon, type IconName } from "../shared/icons.tsx";
import { Disclosure } from "../shared/menu.tsx";
import type { ActiveFormats, Format } from "./rich-editor.ts";

type Toggle = Exclude<Format, "link">;

const toggles: { format: Toggle; icon: IconName; label: string; keys?: string; mirrored?: true }[] = [
  { format: "bold", icon: "bold", label: "format_bold", keys: "Control+B" },
  { format: "italic", icon: "italic", label: "format_italic", keys: "Control+I" },
  { format: "underline", icon: "underline", label: "format_underline", keys: "Control+U" },
  { format: "list", icon: "list", label: "format_list", mirrored: true },
  { format: "numbers", icon: "numbers", label: "format_numbers" },
  { format: "quote", icon: "quote", label: "format_quote", mirrored: true },
];

/** Formatting, pictures and files. Pressing a button leaves the selection in the text as it is. */
export function Toolbar(props: {
  formats: ActiveFormats;
  plain: boolean;
  onToggle: (format: Toggle) => void;
  onLink: (address: string) => void;
  onPlain: (plain: boolean) => void;
  onPicture: (file: File) => void;
  onFiles: (files: File[]) => void;
}): JSX.Element {
  const { formats, plain } = props;
  const keepSelection = (event: Event): void => {
    if ((event.target as Element).closest("button")) event.preventDefault();
  };
  return (
    <div class="toolbar" role="group" aria-label={t("formatting")}>
      {!plain && (
        <div class="toolbar-group" onMouseDown={keepSelection}>
          {toggles.map(({ format, icon, label, keys, mirrored = false }) => (
            <button
              key={format}
              type="button"
              class="quiet"
              aria-pressed={formats[format]}
              aria-label={t(label)}
              aria-keyshortcuts={keys}
              title={t(label)}
              data-test={`format-${format}`}
              onClick={() => props.onToggle(format)}
            >
              <Icon name={icon} mirrored={mirrored} />
            </button>
          ))}
        </div>
      )}
      {!plain && <LinkButton active={formats.link} onLink={props.onLink} />}
      {!plain && <FileButton label={t("insert_picture")} icon="image" accept="image/png,image/jpeg,image/gif,image/webp" test="picture-input" onFiles={(files) => files.forEach(props.onPicture)} />}
      <FileButton label={t("attach")} icon="attach" multiple test="attach-input" onFiles={props.onFiles} />
      <button type="button" class="quiet toolbar-end" aria-pressed={plain} aria-label={t("plain_text")} title={t("plain_text")} data-test="plain" onClick={() => props.onPlain(!plain)}>
        <Icon name="plain" mirrored />
      </button>
    </div>
  );
}

/** A native file field under a button's face, so that keyboard, screen readers and tests meet an ordinary file field. */
function FileButton(props: { label: string; icon: IconName; test: string; accept?: string; multiple?: boolean; onFiles: (files: File[]) => void }): JSX.Element {
  return (
    <label class="file-button quiet" title={props.label}>
      <Icon name={props.icon} />
      <input
        type="file"
        multiple={props.multiple}
        accept={props.accept}
        aria-label={props.label}
        data-test={props.test}
        onChange={(event) => {
          const files = Array.from(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
          if (files.length > 0) props.onFiles(files);
        }}
      />
    </label>
  );
}

function LinkButton({ active, onLink }: { active: boolean; onLink: (address: string) => void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Disclosure label={t("format_link")} face={<Icon name="link" />} test="format-link" class={active ? "active" : ""}>
      {(close) => {
        const apply = (address: string): void => {
          close();
          onLink(address);
        };
        return (
          <form
            class="link-form"
            onSubmit={(event) => {
              event.preventDefault();
              const typed = field.current?.value.trim() ?? "";
              const address = /^(https?:\/\/|mailto:)/i.test(typed) ? typed : typed.includes("@") ? `mailto:${typed}` : `https://${typed}`;
              if (typed !== "") apply(address);
            }}
          >
            <label>
              {t("link_address")} <input ref={field} type="text" inputMode="url" autoComplete="off" spellcheck={false} data-test="link-address" />
            </label>
            <span class="buttons">
              <button type="submit">{t("link_set")}</button>
              {active && (
                <button type="button" onClick={() => apply("")}>
                  {t("link_remove")}
                </button>
              )}
            </span>
          </form>
        );
      }}
    </Disclosure>
  );
}
