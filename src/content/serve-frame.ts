import type { Bytes } from "../base/bytes.ts";
import type { Code } from "../base/codes/index.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { FetchedAhead } from "./fetch-ahead.ts";
import type { ContentToFrame, FrameAnswer, FrameToContent } from "../protocol/frame-port.ts";
import { bool, count, list, nullable, octets, record, type Shape, text, variant, word } from "../protocol/shape.ts";
import { messageRef } from "../protocol/shapes.ts";
import type { Line } from "../protocol/window-port.ts";
import type { ComposeMode, MailTransport, MessageRef, NativeDraft, SendProgress, SendResult, TransportEnvelope } from "../protocol/webmail.ts";

/** What a bound frame is served with. */
export interface FrameService {
  kind: "reader" | "composer";
  /** The message that the frame was opened for. */
  message: MessageRef | null;
  /** The message, if it is already being fetched. */
  ahead: FetchedAhead | null;
  native: NativeDraft | null;
  transport: MailTransport;
  discard(native: NativeDraft): Promise<boolean>;
  compose(mode: Exclude<ComposeMode, "new">, message: MessageRef): Promise<void>;
  /** Leads the page to a message. */
  show(message: MessageRef): void;
  layout(layout: "pane" | "window" | "closed"): void;
  /** Opens a window of our own for what is written in this frame, and removes the frame. */
  moveToWindow(draft: string | null): Promise<void>;
  /** Reports a step to the background, which refuses steps that may not follow. */
  progress(send: string, envelope: string, step: SendProgress | SendResult): Promise<void>;
  /** The server answered that nobody is signed in. */
  signedOut(): void;
}

type Asked = Extract<FrameToContent, { ask: string }>;

/** Octets of one message that a frame may hand over. */
const MAX_MESSAGE = 200_000_000;

/** Octets of one person's vCard with a certificate. */
const MAX_CARD = 200_000;

const mime = octets(MAX_MESSAGE);
const delivery = { send: text(64), envelope: text(64), identity: text(200), recipients: list(text(320), 5000), visible: bool, disclosed: bool, mime };
const plain = <A extends string>(ask: A) => record({ id: count(), ask: word(ask) });

const asked: Shape<Asked> = variant("ask", {
  "fetch-raw": plain("fetch-raw"),
  identities: plain("identities"),
  fidelity: plain("fidelity"),
  "contact-cards": record({ id: count(), ask: word("contact-cards"), address: text(320) }),
  "add-contact": record({ id: count(), ask: word("add-contact"), address: text(320), card: octets(MAX_CARD) }),
  "native-draft": plain("native-draft"),
  "discard-native-draft": plain("discard-native-draft"),
  send: record({ id: count(), ask: word("send"), again: bool, ...delivery }),
  "find-sent": record({ id: count(), ask: word("find-sent"), ...delivery }),
  "remove-stored": record({ id: count(), ask: word("remove-stored"), mime }),
  store: record({ id: count(), ask: word("store"), where: word("drafts", "sent"), mime }),
  remove: record({ id: count(), ask: word("remove"), message: messageRef }),
  "move-to-window": record({ id: count(), ask: word("move-to-window"), draft: nullable(text(64)) }),
  show: record({ id: count(), ask: word("show"), message: messageRef }),
  compose: record({ id: count(), ask: word("compose"), mode: word("reply", "reply-all", "forward", "draft") }),
});

/** What a reader may ask: reading, opening a composer, sending a receipt, and adding a contact. Everything else belongs to composers. */
const READER_MAY: ReadonlySet<Asked["ask"]> = new Set(["fetch-raw", "fidelity", "compose", "identities", "send", "add-contact"]);

function envelopeOf({ identity, recipients, visible, disclosed }: Extract<Asked, { ask: "find-sent" | "send" }>, storedBefore: boolean): TransportEnvelope {
  return { identity, recipients, disclosed: visible && disclosed, fileInSent: visible, storedBefore };
}

/** Serves one frame, or a composer in a window of its own, over its port until it closes. */
export function serveFrame(port: Line, service: FrameService): () => void {
  const running = new Map<number, AbortController>();
  const say = (message: ContentToFrame, transfer: Transferable[] = []): void => {
    try {
      port.postMessage(message, transfer);
    } catch {
      // The window at the other end was closed: nobody hears it, and what is under way, a Send above all, goes on.
    }
  };

  async function run(request: Asked, signal: AbortSignal): Promise<{ value: FrameAnswer; transfer?: Transferable[] }> {
    const { transport, message, native } = service;
    if (service.kind === "reader" && !READER_MAY.has(request.ask)) throw new SmimeError("protocol.forbidden");
    switch (request.ask) {
      case "fetch-raw": {
        if (!message) throw new SmimeError("webmail.message-gone");
        const bytes: Bytes = await (service.ahead?.take(signal) ?? transport.fetchRaw(message, signal));
        return { value: bytes, transfer: [bytes.buffer] };
      }
      case "identities":
        return { value: await transport.identities() };
      case "fidelity":
        return { value: await transport.fidelity() };
      case "contact-cards":
        return { value: (await transport.contactCards?.(request.address)) ?? new Uint8Array() };
      case "add-contact":
        if (!transport.addContact) throw new SmimeError("webmail.answer-unknown");
        return { value: await transport.addContact(request.address, request.card) };
      case "native-draft": {
        if (!native) return { value: null };
        const { to, cc, bcc, subject, text: body } = native;
        return { value: { to, cc, bcc, subject, text: body } };
      }
      case "discard-native-draft":
        return { value: native ? await service.discard(native) : false };
      case "send": {
        const report = async (step: SendProgress): Promise<void> => {
          await service.progress(request.send, request.envelope, step);
          say({ id: request.id, progress: step.step });
        };
        const result = await transport.sendRaw(request.mime, envelopeOf(request, request.again), report);
        await service.progress(request.send, request.envelope, result);
        return { value: result };
      }
      case "find-sent": {
        const result = await transport.findSent(request.mime, envelopeOf(request, true));
        if (result) await service.progress(request.send, request.envelope, result);
        return { value: result };
      }
      case "remove-stored":
        await transport.removeStored(request.mime);
        return { value: null };
      case "store":
        return { value: await transport.store(request.mime, request.where) };
      case "remove":
        await transport.remove(request.message);
        return { value: null };
      case "move-to-window":
        await service.moveToWindow(request.draft);
        return { value: null };
      case "show":
        service.show(request.message);
        return { value: null };
      case "compose":
        if (!message) throw new SmimeError("webmail.message-gone");
        await service.compose(request.mode, message);
        return { value: null };
    }
  }

  function receive(data: unknown): void {
    const { layout, id, cancel } = (typeof data === "object" && data !== null ? data : {}) as Record<string, unknown>;
    if (layout === "pane" || layout === "window" || layout === "closed") return service.layout(layout);
    if (typeof id !== "number") return;
    if (cancel === true) return running.get(id)?.abort(new DOMException("cancelled", "AbortError"));
    const failed = (code: Code): void => say({ id, ok: false, code });
    let request: Asked;
    try {
      request = asked(data);
    } catch (error) {
      return failed(codeOf(error));
    }
    const controller = new AbortController();
    running.set(id, controller);
    run(request, controller.signal)
      .then(
        ({ value, transfer }) => {
          say({ id, ok: true, value }, transfer);
          // Sending answers what became of it instead of throwing.
          if (value !== null && typeof value === "object" && "code" in value && value.code === "webmail.signed-out") service.signedOut();
        },
        (error: unknown) => {
          failed(codeOf(error));
          if (codeOf(error) === "webmail.signed-out") service.signedOut();
        },
      )
      .finally(() => running.delete(id));
  }

  port.onmessage = (event) => receive(event.data);
  return () => {
    for (const controller of running.values()) controller.abort(new DOMException("closed", "AbortError"));
    service.ahead?.drop();
    port.close();
  };
}
