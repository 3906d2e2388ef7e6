import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { fromUtf8 } from "../../base/bytes.ts";
import type { Attachment } from "../../protocol/message-content.ts";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { previewOf } from "./preview-kind.ts";

/** Longest text shown in a preview, in characters. */
const MAX_TEXT = 1_000_000;

/** An attachment shown inside Mailseal; nothing of it stays behind when it is closed. */
export function Preview({ attachment, onClose }: { attachment: Attachment; onClose: () => void }): JSX.Element {
  const kind = previewOf(attachment);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (kind?.show !== "picture" && kind?.show !== "pdf") return;
    // The type is forced from the list: what the sender claims decides nothing about how the browser reads it.
    const made = URL.createObjectURL(new Blob([attachment.bytes], { type: kind.type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [attachment]);
  const text = useMemo(() => (kind?.show === "text" ? fromUtf8(attachment.bytes).slice(0, MAX_TEXT) : ""), [attachment]);
  return (
    <Dialog title={attachment.name || t("attachment_unnamed")} class="preview" test="preview" onClose={onClose}>
      <div class="preview-content">
        {kind?.show === "text" && (
          <pre tabIndex={0} aria-label={attachment.name}>
            {text}
          </pre>
        )}
        {kind?.show === "picture" && url !== null && <img src={url} alt={attachment.name} />}
        {kind?.show === "pdf" && url !== null && <iframe src={url} title={attachment.name} />}
      </div>
      <div class="buttons">
        <button type="button" onClick={onClose} data-test="preview-close">
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
