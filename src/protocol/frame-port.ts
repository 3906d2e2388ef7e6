import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import type { ContactAdded, Fidelity, MessageRef, NativeDraft, SendResult, WebmailIdentity } from "./webmail.ts";

/**
 * Between a bound frame and its content script, over a MessagePort that came with the secret of the ticket.
 * Only ciphertext and public facts cross here; octets are transferred, not copied. The frame asks, the content script
 * answers by `id`; `cancel` aborts a request. No message of the frame may depend on decrypted content.
 */
export type FrameToContent =
  | { id: number; ask: "fetch-raw" }
  | { id: number; ask: "identities" }
  | { id: number; ask: "fidelity" }
  | { id: number; ask: "contact-cards"; address: string }
  | { id: number; ask: "add-contact"; address: string; card: Bytes }
  | { id: number; ask: "native-draft" }
  | { id: number; ask: "discard-native-draft" }
  | { id: number; ask: "send"; send: string; envelope: string; identity: string; recipients: string[]; visible: boolean; disclosed: boolean; again: boolean; mime: Bytes }
  | { id: number; ask: "find-sent"; send: string; envelope: string; identity: string; recipients: string[]; visible: boolean; disclosed: boolean; mime: Bytes }
  | { id: number; ask: "remove-stored"; mime: Bytes }
  | { id: number; ask: "store"; where: "drafts" | "sent"; mime: Bytes }
  | { id: number; ask: "remove"; message: MessageRef }
  | { id: number; ask: "compose"; mode: "reply" | "reply-all" | "forward" | "draft" }
  /** Moves what is written into a window of its own, which goes on with the kept draft; the frame is removed once that is open. */
  | { id: number; ask: "move-to-window"; draft: string | null }
  /** Leads the page to a message that this frame sent. */
  | { id: number; ask: "show"; message: MessageRef }
  | { id: number; cancel: true }
  /** Layout alone: `pane` fills the place, `window` covers the page, `closed` removes the frame. */
  | { layout: "pane" | "window" | "closed" };

export type ContentToFrame =
  | { id: number; ok: true; value: FrameAnswer }
  | { id: number; ok: false; code: Code; detail?: string }
  | { id: number; progress: "stored" | "sending" };

export type FrameAnswer =
  | Bytes
  | WebmailIdentity[]
  | Fidelity
  | Omit<NativeDraft, "handle">
  | SendResult
  | ContactAdded
  | MessageRef
  | boolean
  | null;

/** First message to a frame's window, carrying the port. */
export interface PortOffer {
  mailseal: "port";
  secret: string;
}
