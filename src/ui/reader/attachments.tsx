import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Attachment } from "../../protocol/message-content.ts";
import { formatSize } from "../shared/format.ts";
import { plural, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { safeFileName, saveFile } from "../shared/save-file.ts";
import { Preview } from "./preview.tsx";
import { previewOf } from "./preview-kind.ts";

/** The files of a message. "Open" leaves nothing behind; "Save" is the person's own export, and says once what that means. */
export function Attachments({ attachments, bodyIsHtml }: { attachments: Attachment[]; bodyIsHtml: boolean }): JSX.Element | null {
  const [opened, setOpened] = useState<Attachment | null>(null);
  const [saved, setSaved] = useState(false);
  // A picture that the text shows in place is not listed again, unless the text cannot show it.
  const files = attachments.filter((file) => !(bodyIsHtml && file.inline && file.contentId !== null));
  if (files.length === 0) return null;
  const save = (file: Attachment): void => {
    saveFile(safeFileName(file.name, t("attachment_unnamed")), file.bytes);
    setSaved(true);
  };
  return (
    <section class="attachments" aria-label={t("attachments")}>
      <h2 class="visually-hidden">{plural("attachments_count", files.length)}</h2>
      <ul>
        {files.map((file, index) => (
          <li key={index} data-test="attachment">
            <Icon name="attach" />
            <bdi class="file-name">{file.name || t("attachment_unnamed")}</bdi>
            <bdi class="dim">{formatSize(file.size)}</bdi>
            {previewOf(file) !== null && (
              <button type="button" class="link" data-test="attachment-open" aria-label={t("attachment_open_named", file.name)} onClick={() => setOpened(file)}>
                {t("attachment_open")}
              </button>
            )}
            <button type="button" class="link" data-test="attachment-save" aria-label={t("attachment_save_named", file.name)} onClick={() => save(file)}>
              {t("attachment_save")}
            </button>
          </li>
        ))}
      </ul>
      <p class="dim save-note" role="status" data-test="save-note">
        {saved ? t("attachment_saved_note") : ""}
      </p>
      {opened && <Preview attachment={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}
