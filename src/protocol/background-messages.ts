import { nullable, record, text, word } from "./shape.ts";
import { messageRef } from "./shapes.ts";

/** What the background sends to content scripts by `tabs.sendMessage`; no page can send these. */

/**
 * Name of the port on which the background asks a reader what it shows; an unguessable question follows it. It carries nothing:
 * the reader answers by `popup.tell`, where the browser says who answers.
 */
export const POPUP_QUESTION = "popup-question ";

/**
 * Name of the port on which the background tells a bound frame to show nothing any more; the reason follows it. `ended`: the session
 * of its account is over; `locked`: somebody locked, and the frame may open its message again once a key is there.
 */
export const FRAME_CLOSING = "frame-closing ";

export type Closing = "ended" | "locked";

/** Name of the port on which the background tells a reader that keys were unlocked; it carries nothing, and whatever opens now opens by the usual way. */
export const KEYS_UNLOCKED = "keys-unlocked";

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

/** To a tab's top document: can it serve a composer's window whose own document is gone? It answers by `window.serve`. */
export const serveWindow = record({ mailseal: word("serve-window"), question: text(64) });
