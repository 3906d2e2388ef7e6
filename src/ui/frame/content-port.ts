import type { Bytes } from "../../base/bytes.ts";
import { isCode } from "../../base/codes/index.ts";
import { SmimeError } from "../../base/errors.ts";
import type { FrameToContent } from "../../protocol/frame-port.ts";
import { bool, count, list, nullable, octets, record, type Shape, text, variant, word } from "../../protocol/shape.ts";
import { messageRef } from "../../protocol/shapes.ts";
import type { Line } from "../../protocol/window-port.ts";
import type { ContactAdded, Fidelity, MessageRef, NativeDraft, SendResult, WebmailIdentity } from "../../protocol/webmail.ts";

type Asking<T = FrameToContent> = T extends { id: number; ask: string } ? Omit<T, "id"> : never;
type Layout = "pane" | "window" | "closed";

/** One finished message on its way to the webmail. */
export interface Delivery {
  send: string;
  envelope: string;
  identity: string;
  recipients: string[];
  visible: boolean;
  disclosed: boolean;
  mime: Bytes;
}

/** Settles whether an earlier try may have left the message in the webmail's Drafts, so that it is not stored twice. */
export interface Try extends Delivery {
  again: boolean;
}

/** What a bound frame can ask of its content script. Every answer is parsed: the page's process is not trusted. */
export interface ContentPort {
  fetchRaw(signal?: AbortSignal): Promise<Bytes>;
  identities(): Promise<WebmailIdentity[]>;
  fidelity(): Promise<Fidelity>;
  /** vCards of an address in the webmail's address books, UTF-8; empty if there are none. */
  contactCards(address: string): Promise<Bytes>;
  /** Adds a person to the webmail's contacts; who is there already stays as he is. */
  addContact(address: string, card: Bytes): Promise<ContactAdded>;
  nativeDraft(): Promise<Omit<NativeDraft, "handle"> | null>;
  discardNativeDraft(): Promise<boolean>;
  /** Hands over one finished message; its octets are gone afterwards (transferred). */
  send(delivery: Try, onProgress: (step: "stored" | "sending") => void): Promise<SendResult>;
  /** Looks for proof that a message of unknown fate was sent; null if there is none, which proves nothing. Sends nothing. */
  findSent(delivery: Delivery): Promise<SendResult | null>;
  /** Takes away what an interrupted try left in the webmail's Drafts. */
  removeStored(mime: Bytes): Promise<void>;
  store(where: "drafts" | "sent", mime: Bytes): Promise<MessageRef>;
  remove(message: MessageRef): Promise<void>;
  compose(mode: "reply" | "reply-all" | "forward" | "draft"): Promise<void>;
  /** Moves what is written into a window of its own, which goes on with the kept draft; null for one that begins anew. */
  moveToWindow(draft: string | null): Promise<void>;
  /** Leads the page to a message that was sent. */
  show(message: MessageRef): Promise<void>;
  layout(layout: Layout): void;
  close(): void;
}

/** Octets of one person's vCards. */
const MAX_CARDS = 4_000_000;

const identity = record({ id: text(200), address: text(320), name: nullable(text(1000)) });
const native = record({ to: text(1e6), cc: text(1e6), bcc: text(1e6), subject: text(1e5), text: text(1e8) });
const fidelity: Shape<Fidelity> = record({
  lineEnds: word("exact", "lf"),
  clearSigned: word("safe", "unsafe", "unknown"),
  authEnveloped: word("safe", "unsafe", "unknown"),
  envelope: word("explicit", "headers"),
  maxMessageSize: nullable(count()),
});
const code: Shape<never> = (value) => (isCode(value) ? (value as never) : ("internal.unexpected" as never));
const sendResult: Shape<SendResult> = variant("state", {
  sent: record({ state: word("sent"), message: nullable(messageRef) }),
  "sent-not-filed": record({ state: word("sent-not-filed") }),
  failed: record({ state: word("failed"), code, detail: text(2000) }),
  unknown: record({ state: word("unknown") }),
});

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  onProgress: (step: "stored" | "sending") => void;
}

/** Wraps the bound port. Rejects with the code that the content script gave, `protocol.malformed`, or `protocol.unreachable` once closed. */
export function contentPort(port: Line): ContentPort {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  port.onmessage = (event: MessageEvent<unknown>) => {
    const message = event.data as { id?: unknown; ok?: unknown; value?: unknown; code?: unknown; progress?: unknown };
    const entry = typeof message?.id === "number" ? waiting.get(message.id) : undefined;
    if (!entry) return;
    if (message.progress === "stored" || message.progress === "sending") return entry.onProgress(message.progress);
    waiting.delete(message.id as number);
    if (message.ok === true) entry.resolve(message.value);
    else entry.reject(new SmimeError(isCode(message.code) ? message.code : "internal.unexpected"));
  };
  port.start();

  function ask<T>(
    request: Asking,
    shape: Shape<T>,
    options: { signal?: AbortSignal; onProgress?: Waiting["onProgress"]; transfer?: Transferable[] } = {},
  ): Promise<T> {
    const id = ++last;
    const answer = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress: options.onProgress ?? (() => undefined) });
      options.signal?.addEventListener("abort", () => {
        if (!waiting.delete(id)) return;
        port.postMessage({ id, cancel: true });
        reject(new DOMException("cancelled", "AbortError"));
      });
      port.postMessage({ ...request, id }, options.transfer ?? []);
    });
    return answer.then(shape);
  }
  const anything: Shape<null> = () => null;

  return {
    fetchRaw: (signal) => ask({ ask: "fetch-raw" }, octets(200_000_000), signal ? { signal } : {}),
    identities: () => ask({ ask: "identities" }, list(identity, 500)),
    fidelity: () => ask({ ask: "fidelity" }, fidelity),
    contactCards: (address) => ask({ ask: "contact-cards", address }, octets(MAX_CARDS)),
    addContact: (address, card) => ask({ ask: "add-contact", address, card }, word("added", "exists")),
    nativeDraft: () => ask({ ask: "native-draft" }, nullable(native)),
    discardNativeDraft: () => ask({ ask: "discard-native-draft" }, bool),
    send: (delivery, onProgress) =>
      ask({ ask: "send", ...delivery }, sendResult, { onProgress, transfer: [delivery.mime.buffer] }),
    findSent: (delivery) => ask({ ask: "find-sent", ...delivery }, nullable(sendResult), { transfer: [delivery.mime.buffer] }),
    removeStored: async (mime) => void (await ask({ ask: "remove-stored", mime }, anything, { transfer: [mime.buffer] })),
    store: (where, mime) => ask({ ask: "store", where, mime }, messageRef, { transfer: [mime.buffer] }),
    remove: async (message) => void (await ask({ ask: "remove", message }, anything)),
    compose: async (mode) => void (await ask({ ask: "compose", mode }, anything)),
    moveToWindow: async (draft) => void (await ask({ ask: "move-to-window", draft }, anything)),
    show: async (message) => void (await ask({ ask: "show", message }, anything)),
    layout: (layout) => port.postMessage({ layout }),
    close() {
      for (const entry of waiting.values()) entry.reject(new SmimeError("protocol.unreachable"));
      waiting.clear();
      port.close();
    },
  };
}
