import { nullable, record, word } from "./shape.ts";
import { messageRef } from "./shapes.ts";

/** What the background sends to content scripts by `tabs.sendMessage`; no page can send these. */

/** Something changed that `page.state` tells: keys, settings, policy. */
export interface StateChanged {
  mailseal: "state-changed";
}

/** To a tab's top document: a reader in one of its frames, or the keyboard shortcut, wants the composer. */
export const composeAbove = record({
  mailseal: word("compose-above"),
  mode: word("new", "reply", "reply-all", "forward", "draft"),
  message: nullable(messageRef),
});
