import { encodeBase64 } from "../base/base64.ts";
import { type Bytes, utf8 } from "../base/bytes.ts";
import { codeOf, SmimeError } from "../base/errors.ts";
import type { CardQuestion, CardReply } from "../protocol/card-messages.ts";
import { frame, frameReader } from "../protocol/host-frames.ts";
import { HOST_NAME, hostLimits, hostQuestion, type HostQuestion, type HostReply, wireOfEntries } from "../protocol/host-messages.ts";
import type { LdapEntry, LdapQuestion } from "../protocol/host-port.ts";
import type { Retrieval, RetrievalRules } from "../protocol/retrieval.ts";
import { toWire } from "../protocol/shape.ts";

/** What the host can do for the browser; tests give their own. */
export interface HostWork {
  version: string;
  /** Throws what stands in the way of all work. */
  hello(): void;
  fetch(question: Retrieval, rules: Pick<RetrievalRules, "each" | "allowedHosts">, cancelled: AbortSignal): Promise<Bytes>;
  search(question: LdapQuestion, cancelled: AbortSignal): Promise<LdapEntry[]>;
  card(question: CardQuestion, cancelled: AbortSignal): Promise<CardReply>;
}

/** Sends octets to the browser; resolves when there is room for more. */
export type Send = (octets: Bytes) => Promise<void>;

type Asked = Exclude<HostQuestion, { do: "cancel" }>;

/** Kinds of questions that do not wait for each other: behind a long list's members no signature may turn "not checkable". */
type Share = "hello" | "directories" | "revocation" | "cards";

function shareOf(question: Asked): Share {
  switch (question.do) {
    case "hello":
      return "hello";
    case "fetch":
      return question.retrieval.kind === "directory" ? "directories" : "revocation";
    case "search":
      return "directories";
    case "card":
      return "cards";
  }
}

/** Questions of one share. */
interface Queue {
  running: number;
  waiting: Asked[];
}

/**
 * Serves one browser: takes its octets as they come, and sends answers in parts. A message that is no question is answered with a
 * code; octets that are no message end everything, thrown as `frameReader` says. Of one share no more than some questions are at
 * work at once, and no more than some wait.
 */
export function serve(work: HostWork, send: Send): (octets: Uint8Array) => void {
  const read = frameReader(hostLimits.question);
  const running = new Map<number, AbortController>();
  const queues: Record<Share, Queue> = { hello: { running: 0, waiting: [] }, directories: { running: 0, waiting: [] }, revocation: { running: 0, waiting: [] }, cards: { running: 0, waiting: [] } };

  function receive(message: unknown): void {
    let question: HostQuestion;
    try {
      question = hostQuestion(message);
    } catch (error) {
      void refuse(numberOf(message), error);
      return;
    }
    if (question.do === "cancel") {
      running.get(question.question)?.abort();
      for (const queue of Object.values(queues)) queue.waiting = queue.waiting.filter(({ id }) => id !== question.question);
      return;
    }
    const queue = queues[shareOf(question)];
    if (running.has(question.id) || queue.waiting.length >= hostLimits.waiting) {
      void refuse(question.id, new SmimeError(running.has(question.id) ? "protocol.malformed" : "limits.host"));
    } else {
      queue.waiting.push(question);
      next(queue);
    }
  }

  function next(queue: Queue): void {
    while (queue.running < hostLimits.atOnce) {
      const question = queue.waiting.shift();
      if (question === undefined) return;
      const controller = new AbortController();
      running.set(question.id, controller);
      queue.running++;
      void answer(question, controller.signal).finally(() => {
        running.delete(question.id);
        queue.running--;
        next(queue);
      });
    }
  }

  async function answer(question: Asked, cancelled: AbortSignal): Promise<void> {
    try {
      const octets = await answerOf(question, work, cancelled);
      for (let at = 0; !cancelled.aborted; at += hostLimits.part) {
        const more = at + hostLimits.part < octets.length;
        await send(frame({ id: question.id, part: { $octets: encodeBase64(octets.subarray(at, at + hostLimits.part)) }, more, code: null }));
        if (!more) return;
      }
    } catch (error) {
      await refuse(question.id, error);
    }
  }

  function refuse(id: number, error: unknown): Promise<void> {
    return send(frame({ id, part: null, more: false, code: codeOf(error) } satisfies HostReply)).catch(() => undefined);
  }

  return (octets) => read(octets).forEach(receive);
}

async function answerOf(question: Asked, work: HostWork, cancelled: AbortSignal): Promise<Bytes> {
  switch (question.do) {
    case "hello":
      work.hello();
      return utf8(JSON.stringify({ version: work.version, host: HOST_NAME }));
    case "fetch":
      return work.fetch(question.retrieval, question, cancelled);
    case "search":
      return utf8(JSON.stringify(toWire(wireOfEntries(await work.search(question.question, cancelled)))));
    case "card":
      return utf8(JSON.stringify(toWire(await work.card(question.question, cancelled))));
  }
}

/** The number of a message that is no question, where it has one. */
function numberOf(message: unknown): number {
  const id = typeof message === "object" && message !== null ? (message as { id?: unknown }).id : undefined;
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 0 ? id : 0;
}
