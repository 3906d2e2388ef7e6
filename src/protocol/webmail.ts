import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";

/** The webmails that there are adapters for. */
export type WebmailName = "roundcube";

/** Names one message in a webmail. */
export interface MessageRef {
  /** The account's address in lower case; empty if the page does not tell. */
  account: string;
  folder: string;
  /** The webmail's own identifier (for Roundcube the UID). */
  id: string;
}

export interface WebmailIdentity {
  /** The webmail's own identifier of the identity, which sending may need. */
  id: string;
  address: string;
  name: string | null;
}

/** What a webmail's page tells its adapter's user. */
export type UiEvent =
  /** A document began to load that will show this message; whether it is one of ours is not known yet. */
  | { type: "message-expected"; message: MessageRef }
  /** `draft`: it lies where the webmail keeps drafts. */
  | { type: "message-shown"; message: MessageRef; slot: Slot; draft: boolean }
  /** The webmail's own composer was opened with a draft that only we can read. */
  | { type: "draft-opened"; message: MessageRef }
  | { type: "message-hidden"; message: MessageRef }
  | { type: "compose-wanted"; mode: ComposeMode; message: MessageRef | null; native: NativeDraft | null }
  | { type: "setup-wanted" }
  | { type: "unfinished-wanted" }
  | { type: "account-changed"; account: string }
  | { type: "scheme-changed" }
  | { type: "signed-out" };

/** `draft`: goes on with a message of the webmail's Drafts. */
export type ComposeMode = "new" | "reply" | "reply-all" | "forward" | "draft";

/** What a composer's frame is opened for: writing, or what became of messages that were not sent. A reader has `draft` for a draft. */
export type FrameMode = ComposeMode | "unfinished";

/** What was typed into the webmail's own composer before ours was asked for; the server may have it already. */
export interface NativeDraft {
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  text: string;
  /** What the adapter needs to discard it; null for what a link of the page asks for. */
  handle: unknown;
}

export type ColorScheme = "light" | "dark";

/** A place in the page for a frame of ours. */
export interface Slot {
  kind: "reader" | "composer";
  element: Element;
}

/** Our controls beside the webmail's own. Texts come from outside, because only the extension knows the language. */
export interface Controls {
  /** `setup`: no key yet, so one control leads to set-up. */
  state: "setup" | "ready";
  /** The webmail's own New, Reply and Forward lead to our composer: signing or encrypting is forced or the default. */
  redirect: boolean;
  /** The webmail's own Send is stopped. */
  forced: boolean;
  /** A message was not sent, or nobody knows: a notice says so, with a fixed text that names nobody. */
  unfinished: boolean;
  labels: Record<"secureMessage" | "setUp" | "encrypt" | "sign" | "unfinished", { label: string; title: string }>;
}

/**
 * A webmail's page: recognises it, tells what happens in it, and has places for our frames.
 * It runs in the content script, sees no plaintext, and never trusts the page for more than what to show where.
 */
export interface WebmailUi {
  readonly id: WebmailName;
  /** Tells whether this document is a page of this webmail; null if not. Confirms, never grants: the origin was granted before. */
  detect(document: Document, url: URL): { account: string | null } | null;
  /** Reports events until the returned function is called. */
  observe(on: (event: UiEvent) => void): () => void;
  /** Places or changes our controls. Called at any time, before the page is complete too, and as often as something changes. */
  control(controls: Controls): void;
  /** Shows `frame` in the slot instead of what the webmail draws there; the returned function undoes it. */
  mount(slot: Slot, frame: HTMLElement): () => void;
  /** A place for the composer in this page. */
  composerSlot(): Slot | null;
  /** Empties and closes the webmail's own composer; resolves false if it could not. */
  discardNativeDraft(handle: unknown): Promise<boolean>;
  /** How the page is drawn now, whatever the system prefers. */
  scheme(): ColorScheme;
  /** Leads to a message of the account, in the page's own way. */
  show(message: MessageRef): void;
  /** Leaves the webmail's own composer, in which nothing was written, for its list. */
  leaveNativeComposer(): void;
}

/** What a transport does to messages, measured or documented; the engine chooses formats by it. */
export interface Fidelity {
  /** `lf`: line ends must be turned into CRLF before a signature is verified. */
  lineEnds: "exact" | "lf";
  clearSigned: "safe" | "unsafe" | "unknown";
  authEnveloped: "safe" | "unsafe" | "unknown";
  /** Whether recipients are given beside the message or taken from its header. */
  envelope: "explicit" | "headers";
  /** Octets; null if the server does not tell. */
  maxMessageSize: number | null;
}

export interface TransportEnvelope {
  /** `WebmailIdentity.id` of the sender. */
  identity: string;
  recipients: string[];
  /** Whether the message itself names these recipients, so that a transport may name them in fields of its own. */
  disclosed: boolean;
  /** Whether the copy that the transport files stays in Sent. */
  fileInSent: boolean;
  /** An earlier try may have left the message in Drafts: it is looked for there and not stored twice. */
  storedBefore: boolean;
}

/**
 * The result of sending. `unknown` means that the server may or may not have accepted: it is never sent again by itself.
 */
export type SendResult =
  | { state: "sent"; message: MessageRef | null }
  | { state: "sent-not-filed" }
  | { state: "failed"; code: Code; detail: string }
  | { state: "unknown" };

/** What became of a person who was to be added to the contacts; `exists`: he is there already, and stays as he is. */
export type ContactAdded = "added" | "exists";

/** A step of one envelope's way, reported as it happens so that the background's record is never behind the server. */
export type SendProgress = { step: "stored"; message: MessageRef } | { step: "sending" };

/**
 * Fetches and sends raw octets through the page's own session.
 * Methods throw `webmail.*` codes; `sendRaw` answers instead of throwing once the server might have accepted.
 */
export interface MailTransport {
  readonly id: string;
  fidelity(): Promise<Fidelity>;
  /** The message exactly as the server has it. Throws `webmail.message-gone`, `webmail.signed-out`, `webmail.unreachable`. */
  fetchRaw(message: MessageRef, signal: AbortSignal): Promise<Bytes>;
  /** Sends a finished message to the envelope's recipients. */
  sendRaw(mime: Bytes, envelope: TransportEnvelope, onProgress: (progress: SendProgress) => Promise<void>): Promise<SendResult>;
  /**
   * Looks for proof that a message whose answer was lost was sent, and tidies up after it as `sendRaw` would have.
   * Null means that there is no proof, which is not proof of the opposite. Sends nothing.
   */
  findSent(mime: Bytes, envelope: TransportEnvelope): Promise<SendResult | null>;
  /** Takes away what an interrupted `sendRaw` left in Drafts, found by its octets. */
  removeStored(mime: Bytes): Promise<void>;
  /** Stores a finished message in a folder of its kind, and says where it is. */
  store(mime: Bytes, where: "drafts" | "sent"): Promise<MessageRef>;
  remove(message: MessageRef): Promise<void>;
  identities(): Promise<WebmailIdentity[]>;
  /** vCards of an address in the account's own address books, UTF-8; empty if there are none. Absent where the webmail has no way. */
  contactCards?(address: string): Promise<Bytes>;
  /**
   * Adds a person, whose vCard names this address, to the account's own address book; changes and removes nobody who is there.
   * Absent where the webmail has no way. Throws `webmail.*`; `webmail.unreachable` leaves open whether he was added.
   */
  addContact?(address: string, card: Bytes): Promise<ContactAdded>;
  /** Mails oneself and compares; used where fidelity is not known. */
  selfTest(): Promise<Fidelity>;
}
