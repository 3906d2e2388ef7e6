import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { MessageContent } from "../../protocol/message-content.ts";
import { mark } from "../frame/mark.ts";
import { inlinePictures } from "../mail-html/inline-pictures.ts";
import { plainTextHtml } from "../mail-html/plain-text.ts";
import { sanitiseMail } from "../mail-html/sanitise.ts";
import { partDocument } from "../mail-html/srcdoc.ts";
import { language, t } from "../shared/i18n.ts";

/**
 * A message's text in a frame of its own: no script, an opaque origin, a complete document, never joined with another part
 * (UI-07). Remote pictures come only when asked for and allowed (UI-10).
 */
export function Body(props: {
  content: MessageContent;
  title: string;
  /** False for a message that is encrypted without a verified signature: there a picture could carry the text out. */
  remoteAllowed: boolean;
  remoteWanted: boolean;
  onLoadRemote: () => void;
}): JSX.Element {
  const { content, title, remoteAllowed } = props;
  const remotePictures = remoteAllowed && props.remoteWanted;
  const part = useMemo(() => draw(content, remotePictures, title), [content, remotePictures, title]);
  const [hidden, setHidden] = useState(false);
  return (
    <div class="body" data-test="reader-body">
      {part.remoteLeftOut && !hidden && (
        <div class="notice" data-test="remote-notice">
          <span>{t(remoteAllowed ? "remote_blocked" : "remote_forbidden")}</span>
          <span class="buttons">
            {remoteAllowed && (
              <button type="button" onClick={props.onLoadRemote} data-test="load-remote">
                {t("remote_load")}
              </button>
            )}
            <button type="button" class="quiet" onClick={() => setHidden(true)}>
              {t("dismiss")}
            </button>
          </span>
        </div>
      )}
      {part.empty ? (
        <p class="dim body-empty">{t("reader_no_text")}</p>
      ) : (
        <iframe
          class={part.light ? "body-frame body-frame-light" : "body-frame"}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          title={title}
          srcdoc={part.document}
          onLoad={() => mark("text")}
        />
      )}
    </div>
  );
}

interface Drawn {
  document: string;
  remoteLeftOut: boolean;
  light: boolean;
  empty: boolean;
}

function draw(content: MessageContent, remotePictures: boolean, title: string): Drawn {
  const { html, text } = content.body;
  const common = { remotePictures, language: language(), title };
  if (html !== undefined) {
    const clean = sanitiseMail(html, { pictures: inlinePictures(content.attachments), remotePictures });
    const document = partDocument({ ...common, html: clean.html, bodyStyle: clean.bodyStyle, light: clean.coloured, plain: false });
    return { document, remoteLeftOut: clean.remoteLeftOut, light: clean.coloured, empty: false };
  }
  const document = partDocument({ ...common, html: plainTextHtml(text ?? ""), bodyStyle: "", light: false, plain: true });
  return { document, remoteLeftOut: false, light: false, empty: text === undefined };
}
