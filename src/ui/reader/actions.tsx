import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Bytes } from "../../base/bytes.ts";
import { t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";
import { Disclosure } from "../shared/menu.tsx";
import type { ReaderActions } from "./reader-view.tsx";
import { Source } from "./source.tsx";

/** Reply, forward, and what is seldom wanted under one button. */
export function Actions(props: {
  raw: Bytes;
  decryptedSource: Bytes | null;
  actions: ReaderActions;
  canCompose: boolean;
  /** False while the text itself is not to be seen. */
  hasSource: boolean;
  /** It lies in Drafts: it is gone on with rather than answered. */
  draft: boolean;
}): JSX.Element {
  const [source, setSource] = useState<"original" | "decrypted" | null>(null);
  const bytes = source === "original" ? props.raw : source === "decrypted" ? props.decryptedSource : null;
  return (
    <div class="actions" role="group" aria-label={t("actions")}>
      {props.canCompose && props.draft && (
        <button type="button" class="primary" onClick={() => props.actions.compose("draft")} data-test="continue-draft">
          {t("draft_continue")}
        </button>
      )}
      {props.canCompose && !props.draft && (
        <>
          <button type="button" onClick={() => props.actions.compose("reply")} data-test="reply">
            <Icon name="reply" mirrored /> {t("reply")}
          </button>
          <button type="button" onClick={() => props.actions.compose("reply-all")} data-test="reply-all">
            <Icon name="replyAll" mirrored /> {t("reply_all")}
          </button>
          <button type="button" onClick={() => props.actions.compose("forward")} data-test="forward">
            <Icon name="forward" mirrored /> {t("forward")}
          </button>
        </>
      )}
      <Disclosure label={t("more")} face={<Icon name="more" />} class="opens-up" test="more">
        {(close) => (
          <ul class="menu">
            {props.hasSource && (
              <li>
                <button type="button" class="quiet" data-test="show-original" onClick={() => (close(), setSource("original"))}>
                  {t("source_original")}
                </button>
              </li>
            )}
            {props.hasSource && props.decryptedSource && (
              <li>
                <button type="button" class="quiet" data-test="show-decrypted" onClick={() => (close(), setSource("decrypted"))}>
                  {t("source_decrypted")}
                </button>
              </li>
            )}
            <li>
              <button type="button" class="quiet" data-test="print" onClick={() => (close(), props.actions.print())}>
                {t("print")}
              </button>
            </li>
          </ul>
        )}
      </Disclosure>
      {source !== null && bytes && (
        <Source
          bytes={bytes}
          title={t(source === "original" ? "source_original" : "source_decrypted")}
          fileName={source === "original" ? "message.eml" : "decrypted.eml"}
          onClose={() => setSource(null)}
        />
      )}
    </div>
  );
}
