import { type Bytes, concat, fromUtf8 } from "../base/bytes.ts";
import { SmimeError } from "../base/errors.ts";
import { cardLimits, type CardQuestion } from "../protocol/card-messages.ts";
import { entriesOfWire, hostHello, hostLimits, hostReply, wireEntries } from "../protocol/host-messages.ts";
import type { HostPort, HostStatus } from "../protocol/host-port.ts";
import { toWire } from "../protocol/shape.ts";

/** The browser's side of the native host; tests give their own. */
export interface HostBrowser {
  /** Whether the browser lets us start programs at all (`nativeMessaging` is optional). */
  allowed(): Promise<boolean>;
  /** Starts the host. What fails is told by `ended`, also where it fails at once. */
  connect(events: HostEvents): HostChannel;
}

export interface HostEvents {
  message(message: unknown): void;
  /** The host is not there any more; `reason` is the browser's own text, empty if it gave none. */
  ended(reason: string): void;
}

export interface HostChannel {
  post(message: object): void;
  close(): void;
}

/** Milliseconds. */
export const hostTimes = {
  hello: 10_000,
  /** What a question may take longer here than it may take the host: starting it, waiting for others. */
  beyond: 15_000,
  idle: 60_000,
  firstPause: 1000,
  longestPause: 60_000,
} as const;

/** Milliseconds that a card may take: a person types at the reader, a library starts. */
function cardTime(question: CardQuestion): number {
  switch (question.ask) {
    case "login":
      return 130_000;
    case "look":
      return question.wait + 25_000;
    default:
      return 45_000;
  }
}

/** What both browsers say of a host that nobody has installed, or not for us. */
const MISSING = /not found|no such native application|forbidden/i;

interface Waiting {
  parts: Bytes[];
  length: number;
  limit: number;
  timer: ReturnType<typeof setTimeout>;
  resolve(answer: Bytes): void;
  reject(error: SmimeError): void;
}

/**
 * The native host over one connection that all questions share. It is made for the first question and given up when nobody asked
 * anything for a minute, because it keeps the background alive. After a failure nobody tries again for a while, each time longer.
 */
export function hostConnection(browser: HostBrowser, now: () => number = () => performance.now()): HostPort {
  let channel: HostChannel | null = null;
  let version: Promise<string> | null = null;
  let failure: { kind: "missing" | "broken"; until: number; pause: number } | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  /** Counts connections, so that what an old one still says is not heard. */
  let connection = 0;
  const waiting = new Map<number, Waiting>();

  function end(reason: string): void {
    const pause = Math.min(failure === null ? hostTimes.firstPause : failure.pause * 2, hostTimes.longestPause);
    failure = { kind: MISSING.test(reason) ? "missing" : "broken", until: now() + pause, pause };
    drop();
  }

  function drop(): void {
    clearTimeout(idle);
    const left = channel;
    channel = null;
    version = null;
    connection++;
    left?.close();
    for (const id of [...waiting.keys()]) fail(id, new SmimeError("host.unavailable"));
  }

  function fail(id: number, error: SmimeError): void {
    settle(id)?.reject(error);
  }

  function settle(id: number): Waiting | undefined {
    const found = waiting.get(id);
    if (found === undefined) return undefined;
    waiting.delete(id);
    clearTimeout(found.timer);
    if (waiting.size === 0 && channel !== null) {
      clearTimeout(idle);
      idle = setTimeout(drop, hostTimes.idle);
    }
    return found;
  }

  function receive(message: unknown): void {
    let reply: ReturnType<typeof hostReply>;
    try {
      reply = hostReply(message);
    } catch {
      // Whatever this is, it is no host of ours.
      end("");
      return;
    }
    const asked = waiting.get(reply.id);
    if (asked === undefined) return;
    if (reply.code !== null) {
      fail(reply.id, new SmimeError(reply.code));
      return;
    }
    const part = reply.part ?? new Uint8Array(0);
    asked.length += part.length;
    asked.parts.push(part);
    if (asked.length > asked.limit) {
      cancel(reply.id);
      fail(reply.id, new SmimeError("limits.host"));
    } else if (!reply.more) {
      settle(reply.id)?.resolve(concat(...asked.parts));
    }
  }

  function cancel(question: number): void {
    channel?.post({ do: "cancel", id: ++last, question });
  }

  /** Everything that is read here can be asked again, so a caller may. */
  function post(question: object, limit: number, time: number): Promise<Bytes> {
    const id = ++last;
    clearTimeout(idle);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        cancel(id);
        fail(id, new SmimeError("host.time"));
      }, time);
      waiting.set(id, { parts: [], length: 0, limit, timer, resolve, reject });
      try {
        channel?.post(toWire({ ...question, id }) as object);
      } catch {
        end("");
      }
    });
  }

  /** Throws `host.unavailable`. */
  function connected(): Promise<string> {
    if (version !== null) return version;
    if (failure !== null && now() < failure.until) return Promise.reject(new SmimeError("host.unavailable"));
    const mine = ++connection;
    version = (async () => {
      if (!(await browser.allowed())) throw new SmimeError("host.unavailable");
      channel = browser.connect({
        message: (message) => {
          if (mine === connection) receive(message);
        },
        ended: (reason) => {
          if (mine === connection) end(reason);
        },
      });
      const hello = hostHello(json(await post({ do: "hello" }, hostLimits.part, hostTimes.hello)));
      failure = null;
      return hello.version;
    })().catch((error: unknown) => {
      version = null;
      // A host that is there and does not say who it is must not be asked anything else.
      if (channel !== null) end("");
      throw error instanceof SmimeError && error.code === "host.configuration" ? error : new SmimeError("host.unavailable", { cause: error });
    });
    return version;
  }

  async function ask(question: object, limit: number, time: number): Promise<Bytes> {
    await connected();
    return post(question, limit, time + hostTimes.beyond);
  }

  return {
    async status(): Promise<HostStatus> {
      if (!(await browser.allowed().catch(() => false))) return { state: "permission", version: null };
      try {
        return { state: "ready", version: await connected() };
      } catch {
        return { state: failure?.kind ?? "broken", version: null };
      }
    },
    fetch: (retrieval, { each, allowedHosts }) => ask({ do: "fetch", retrieval, each: Math.floor(each), allowedHosts: [...allowedHosts] }, retrieval.size, each),
    async ldapSearch(question) {
      const answer = await ask({ do: "search", question }, hostLimits.search, question.timeout);
      return entriesOfWire(wireEntries(json(answer)));
    },
    card: async (question) => json(await ask({ do: "card", question }, cardLimits.answer, cardTime(question))),
  };
}

function json(answer: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(answer)) as unknown;
  } catch (error) {
    throw new SmimeError("protocol.malformed", { cause: error });
  }
}
