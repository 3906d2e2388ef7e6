import type { HelpTopic } from "../../protocol/help-topics.ts";
import { askAsFrame } from "./background.ts";

/** Has the background show a page of our help, in a tab of its own. */
export function openHelp(topic: HelpTopic): void {
  askAsFrame("window.open", { page: "help", topic }).catch(() => undefined);
}
