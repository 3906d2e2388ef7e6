import type { Bytes } from "../../base/bytes.ts";
import type { FrameAnswers } from "../../protocol/frame-requests.ts";
import type { OutboxRecord } from "../../protocol/outbox.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { MessageRef } from "../../protocol/webmail.ts";
import type { DraftContent } from "../../store/drafts.ts";
import type { ContentPort } from "../frame/content-port.ts";
import type { Engine } from "../frame/engine.ts";
import type { Visibility } from "../frame/visibility.ts";
import type { Cell } from "../shared/cell.ts";
import type { ComposerModel } from "./model.ts";
import type { NoteWords } from "./ask-certificate.ts";
import type { QuoteWords } from "./quote.ts";

/** The text being written, wherever it is kept: the formatted editor or the plain field. */
export interface TextHandle {
  /** Null while the message is written without formatting. */
  html: () => string | null;
  text: () => string;
  setHtml: (html: string) => void;
  focus: (where: "start" | "end") => void;
  insertPicture: (url: string, contentId: string, name: string) => void;
  hasQuote: () => boolean;
  removeQuotes: () => void;
}

/** Where finished messages and sealed drafts are kept; the frame's part of the store. */
export interface ComposerStore {
  keep: (record: OutboxRecord, messages: Bytes[]) => Promise<void>;
  /** Takes back a Send that the background did not take over. */
  drop: (send: string) => Promise<void>;
  finished: (send: string, envelope: string) => Promise<Bytes>;
  /** Keeps a draft; `server` is its copy in the webmail's Drafts. */
  saveDraft: (id: string, content: DraftContent, savedAt: Date, server: MessageRef | null) => Promise<void>;
  /** The newest draft of this account that no other composer is writing; null if there is none. */
  lastDraft: () => Promise<OfferedDraft | null>;
  /** A draft of this account by its id; null if it is not kept here. */
  keptDraft: (id: string) => Promise<OfferedDraft | null>;
  /** The draft whose copy a message in the webmail's Drafts is; null if it is none of this computer's. */
  draftOnServer: (message: MessageRef) => Promise<OfferedDraft | null>;
  openDraft: (id: string) => Promise<DraftContent>;
  /** Claims a draft, or a copy of one on the server, for this composer for as long as it lives; false if another one has it, and keeps it for `patience` milliseconds. */
  hold: (id: string, patience?: number) => Promise<boolean>;
  /** Removes a draft, and its copy on the server. */
  removeDraft: (id: string) => Promise<void>;
  /** The key by which this computer knows its own drafts on the server again. */
  draftMac: () => Promise<CryptoKey>;
}

/** A draft as far as it is known without opening it. */
export interface OfferedDraft {
  id: string;
  server: MessageRef | null;
  /** ISO 8601. */
  savedAt: string;
}

/** HTML work that needs a document; an argument so that the composer's logic runs in a test without one. */
export interface HtmlTools {
  clean: (html: string) => string;
  toSend: (html: string) => { html: string; contentIds: Set<string> };
  /** The same for a draft: what is quoted stays marked. */
  toKeep: (html: string) => { html: string; contentIds: Set<string> };
  /** A draft's HTML for the editor, with the pictures at these addresses by Content-ID. */
  toEdit: (html: string, pictures: Map<string, string>) => string;
  pictureUrl: (bytes: Bytes, type: string) => string;
}

/** Everything that the composer's logic works with. */
export interface ComposerContext {
  cell: Cell<ComposerModel>;
  ask: Ask<"frame">;
  content: ContentPort;
  engine: Engine;
  visibility: Pick<Visibility, "steady" | "visible" | "whenVisible">;
  binding: FrameAnswers["frame.redeem"];
  store: ComposerStore;
  html: HtmlTools;
  words: QuoteWords & { note: NoteWords };
  /** Set once the editor is drawn. */
  text: { current: TextHandle | null };
  /** Names what is written here: a new Send of it takes the place of one that failed, and its draft goes with it. */
  draftId: string;
  newId: () => string;
  now: () => Date;
}
