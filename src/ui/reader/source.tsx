import type { JSX } from "preact";
import type { Bytes } from "../../base/bytes.ts";
import { latin1 } from "../../base/bytes.ts";
import { Dialog } from "../shared/dialog.tsx";
import { t } from "../shared/i18n.ts";
import { saveFile } from "../shared/save-file.ts";

/** As much of a source as a person can look at without the page standing still. */
const SHOWN = 500_000;

/** The source of a message as it came, or of what was decrypted (UI-12); mail is octets, so each is shown as one character. */
export function Source({ bytes, title, fileName, onClose }: { bytes: Bytes; title: string; fileName: string; onClose: () => void }): JSX.Element {
  return (
    <Dialog title={title} class="preview" test="source" onClose={onClose}>
      <div class="preview-content">
        <pre tabIndex={0} aria-label={title} dir="ltr">
          {latin1(bytes.subarray(0, SHOWN))}
        </pre>
      </div>
      {bytes.length > SHOWN && <p class="dim">{t("source_shortened")}</p>}
      <div class="buttons">
        <button type="button" onClick={() => saveFile(fileName, bytes)}>
          {t("attachment_save")}
        </button>
        <button type="button" onClick={onClose}>
          {t("close")}
        </button>
      </div>
    </Dialog>
  );
}
