import type { JSX } from "preact";
import type { MessageStatus } from "../../protocol/message-status.ts";
import type { ShownHeaders } from "../../protocol/message-content.ts";
import { HelpLink } from "../help/help-link.tsx";
import { Icon } from "../shared/icons.tsx";
import { t } from "../shared/i18n.ts";
import { Lock, Seal } from "../shared/marks.tsx";
import { Person } from "../shared/person.tsx";
import type { Sentence } from "../sentence/sentence.ts";
import { messageTopic } from "./message-topic.ts";
import { shownAuthor } from "./name-message.ts";

/** The one line that tells who wrote a message and what is proved of it; its button opens the details in place. */
export function Bar(props: {
  status: MessageStatus;
  headers: ShownHeaders;
  sentence: Sentence;
  /** A host was asked for a missing certificate. */
  issuerAsked: boolean;
  open: boolean;
  detailsId: string;
  onToggle: () => void;
}): JSX.Element {
  const { status, sentence, open } = props;
  return (
    <div class={`bar bar-${sentence.tone}`} data-test="reader-bar" data-tone={sentence.tone}>
      <div class="bar-author" data-test="reader-author">
        <Author {...props} />
      </div>
      <p class="bar-state" data-test="sentence" data-key={sentence.key}>
        {sentence.tone === "careful" && <Icon name="warning" />}
        <Seal state={sentence.seal} />
        <Lock state={sentence.lock} />
        <span>{t(sentence.key, ...sentence.substitutions)}</span>
        <HelpLink topic={messageTopic(status, sentence, props.issuerAsked)} />
      </p>
      <button
        type="button"
        class="quiet bar-more"
        aria-expanded={open}
        aria-controls={props.detailsId}
        aria-label={t("reader_details")}
        title={t("reader_details")}
        data-test="details-toggle"
        onClick={props.onToggle}
      >
        <Icon name="chevron" />
      </button>
    </div>
  );
}

/** The author as far as anything is known. */
function Author({ status, headers, sentence }: { status: MessageStatus; headers: ShownHeaders; sentence: Sentence }): JSX.Element {
  const author = shownAuthor(status, headers, sentence.key);
  return author ? <Person {...author} /> : <span class="dim">{t("reader_no_from")}</span>;
}
