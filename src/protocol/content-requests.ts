import type { SendState } from "./outbox.ts";
import type { WebmailName } from "./webmail.ts";
import { nothing, nullable, record, text, word } from "./shape.ts";
import { messageRef } from "./shapes.ts";
import type { MessageRef } from "./webmail.ts";

/**
 * What a content script may ask. It runs in the page's process, so nothing here touches keys, plaintext or trust:
 * it opens frames, opens windows of ours, and reports what the server said about sending.
 */
export const contentRequests = {
  /**
   * Asks for a ticket for a frame of ours in this document. A composer may be opened in a window of its own instead: where the
   * organisation or the user has it so, or its author asks for it (`window`), with the kept draft that it goes on with.
   */
  "frame.open": record({
    kind: word("reader", "composer"),
    account: text(320),
    message: nullable(messageRef),
    mode: nullable(word("new", "reply", "reply-all", "forward", "draft", "unfinished")),
    window: nullable(record({ draft: nullable(text(64)) })),
  }),
  /** This document serves the window of a question that the background asked; the account is compared with the window's. */
  "window.serve": record({ question: text(64), account: text(320) }),
  /** Tells what to show in the page: whether set-up is needed, which defaults and forced modes hold. */
  "page.state": record({ account: text(320) }),
  /** Asks the same tab's top document to open the composer: a reader in a frame would take it along when it goes. */
  "compose.above": record({ account: text(320), message: messageRef, mode: word("reply", "reply-all", "forward", "draft") }),
  /** Opens the set-up window. */
  "setup.open": nothing,
  /** The webmail asks to sign in: the session that this tab showed is over. Whose it was is what the background knows of the tab. */
  "session.ended": nothing,
  /** The top document goes: the tab may be leaving the webmail. */
  "page.left": nothing,
  /** Reports a step of an envelope; only for the outbox record of a composer bound to the same document. */
  "outbox.progress": record({
    send: text(64),
    envelope: text(64),
    state: word("stored", "sending", "sent", "filed", "failed", "unknown"),
    message: nullable(messageRef),
    code: nullable(text(64)),
  }),
} as const;

export interface ContentAnswers {
  "frame.open": {
    /** Lives five seconds, is good once. */
    ticket: string;
    /** Goes with the MessagePort, so that frame and content script recognise each other. */
    secret: string;
    /** Where the composer is: in the page, or already in a window of ours, which will connect. */
    place: "page" | "window";
  };
  "window.serve": { ticket: string; secret: string; message: MessageRef | null };
  "page.state": {
    /** False until a key for this webmail was imported. */
    ready: boolean;
    forced: { sign: boolean; encrypt: boolean };
    defaults: { sign: boolean; encrypt: boolean };
    /** Whether a Send of this account ended without the whole message going out, and nobody has decided what becomes of it. */
    unfinished: boolean;
    /** The adapter that the organisation named for this origin; null leaves it to what the page is. */
    adapter: WebmailName | null;
  };
  "compose.above": null;
  "setup.open": null;
  "session.ended": null;
  "page.left": null;
  "outbox.progress": { state: SendState };
}
