import type { Code } from "../base/codes/index.ts";
import type { ContentAnswers, contentRequests } from "./content-requests.ts";
import type { FrameAnswers, frameRequests } from "./frame-requests.ts";
import type { PageAnswers, pageRequests } from "./page-requests.ts";
import type { Of } from "./shape.ts";

/** The three kinds of sender that the background knows, each with its own short list of requests. */
export type SenderKind = "content" | "frame" | "page";

/** What goes to the background by `runtime.sendMessage`. `to` tells which list is meant; the sender's kind is never taken from it. */
export interface RequestEnvelope {
  to: SenderKind;
  name: string;
  input: unknown;
}

/** What comes back: never an exception, so that a code survives the way. */
export type ReplyEnvelope = { ok: true; output: unknown } | { ok: false; code: Code };

type Tables = { content: typeof contentRequests; frame: typeof frameRequests; page: typeof pageRequests };
type Answers = { content: ContentAnswers; frame: FrameAnswers; page: PageAnswers };

export type RequestName<K extends SenderKind> = keyof Tables[K] & keyof Answers[K] & string;
export type RequestInput<K extends SenderKind, N extends RequestName<K>> = Of<Tables[K][N]>;
export type RequestOutput<K extends SenderKind, N extends RequestName<K>> = Answers[K][N];

/** A typed way to ask the background. Rejects with `SmimeError` of the code that came back, or `protocol.unreachable`. */
export type Ask<K extends SenderKind> = <N extends RequestName<K>>(
  name: N,
  input: RequestInput<K, N>,
) => Promise<RequestOutput<K, N>>;
