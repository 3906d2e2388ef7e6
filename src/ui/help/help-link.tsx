import { createContext, type JSX } from "preact";
import { useContext } from "preact/hooks";
import type { HelpTopic } from "../../protocol/help-topics.ts";
import { t } from "../shared/i18n.ts";

/** How a frame in somebody else's page has help opened; our own pages need nobody for it. */
export const HelpOpener = createContext<((topic: HelpTopic) => void) | null>(null);

/** "What can I do?": the way to a help page; nothing where there is none. */
export function HelpLink({ topic }: { topic: HelpTopic | null }): JSX.Element | null {
  const open = useContext(HelpOpener);
  if (topic === null) return null;
  return open ? (
    <button type="button" class="link help-link" data-test="help-link" data-topic={topic} onClick={() => open(topic)}>
      {t("help_link")}
    </button>
  ) : (
    <a class="help-link" href={`help.html#${topic}`} target="_blank" rel="noopener" data-test="help-link" data-topic={topic}>
      {t("help_link")}
    </a>
  );
}
