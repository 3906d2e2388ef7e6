import type { JSX } from "preact";
import { formatShare, formatSize } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import type { DraftFile } from "./model.ts";

/** What goes along, with progress while it is read; each one can be taken away again. */
export function FileList({ files, onRemove }: { files: DraftFile[]; onRemove: (id: string) => void }): JSX.Element | null {
  const listed = files.filter(({ contentId }) => contentId === null);
  if (listed.length === 0) return null;
  return (
    <ul class="files" aria-label={t("attachments")}>
      {listed.map((file) => (
        <li key={file.id} data-test="file" data-ready={file.bytes !== null}>
          <Icon name="attach" />
          <bdi class="file-name">{file.name}</bdi>
          <bdi class="dim">{formatSize(file.size)}</bdi>
          {file.bytes === null && (
            <span class="file-progress">
              <progress max={file.size || 1} value={file.read} aria-label={t("reading_named", file.name)} />
              <span class="dim">{formatShare(file.read, file.size)}</span>
            </span>
          )}
          <button type="button" class="quiet small" aria-label={t("remove_named", file.name)} title={t("remove_named", file.name)} data-test="file-remove" onClick={() => onRemove(file.id)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
