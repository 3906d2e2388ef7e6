import { codeOf, SmimeError } from "../base/errors.ts";
import { contentRequests } from "../protocol/content-requests.ts";
import { frameRequests } from "../protocol/frame-requests.ts";
import { pageRequests } from "../protocol/page-requests.ts";
import type { ReplyEnvelope, RequestInput, RequestName, RequestOutput, SenderKind } from "../protocol/requests.ts";
import { record, type Shape, text, toWire, word } from "../protocol/shape.ts";
import { mayAsk, type Sender } from "./authority.ts";

/** One function for each request of a kind of sender. It gets the sender as the browser named it, and parsed input. */
export type Handlers<K extends SenderKind> = {
  [N in RequestName<K>]: (input: RequestInput<K, N>, sender: Extract<Sender, { kind: K }>) => Promise<RequestOutput<K, N>>;
};

export type AllHandlers = { [K in SenderKind]: Handlers<K> };

const envelope = record({ to: word("content", "frame", "page"), name: text(64) });

const tables: Record<SenderKind, Record<string, Shape<unknown>>> = {
  content: contentRequests,
  frame: frameRequests,
  page: pageRequests,
};

/**
 * Answers one request: authority first, then the input's shape, then the handler; every failure as its code.
 * `sender` is null for somebody whom `classify` does not know.
 */
export async function answer(message: unknown, sender: Sender | null, handlers: AllHandlers): Promise<ReplyEnvelope> {
  try {
    const { to, name } = envelope(message);
    if (!sender || !mayAsk(sender, to) || !Object.hasOwn(tables[to], name)) throw new SmimeError("protocol.forbidden");
    const input = (tables[to][name] as Shape<unknown>)((message as { input?: unknown }).input);
    const handler = (handlers[to] as Record<string, (input: unknown, sender: Sender) => Promise<unknown>>)[name];
    if (!handler) throw new SmimeError("protocol.forbidden");
    return { ok: true, output: toWire(await handler(input, sender)) };
  } catch (error) {
    return { ok: false, code: codeOf(error) };
  }
}
