import { NodeWebSocketTransport } from "puppeteer-core/internal/node/NodeWebSocketTransport.js";

/** A WebDriver BiDi session: commands with their answers, and events. */
export interface Bidi {
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  on(method: string, listener: (params: Record<string, unknown>) => void): void;
  close(): void;
}

interface Answer {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: string;
  message?: string;
}

/**
 * Connects to a browser's BiDi socket. puppeteer's own BiDi pages lose extension pages, which have no load event for
 * them; the protocol itself has no such trouble, so only puppeteer's socket is used.
 */
export async function connectBidi(url: string): Promise<Bidi> {
  const transport = await NodeWebSocketTransport.create(url);
  const waiting = new Map<number, { method: string; resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, ((params: Record<string, unknown>) => void)[]>();
  let count = 0;
  let closed = false;
  transport.onmessage = (text: string) => {
    const answer = JSON.parse(text) as Answer;
    if (answer.id === undefined) {
      for (const listener of listeners.get(answer.method ?? "") ?? []) listener(answer.params ?? {});
      return;
    }
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) waiter?.resolve(answer.result ?? {});
    else waiter?.reject(new Error(`${waiter.method}: ${answer.error}: ${answer.message ?? ""}`));
  };
  transport.onclose = () => {
    closed = true;
    for (const waiter of waiting.values()) waiter.reject(new Error(`${waiter.method}: the browser went away`));
    waiting.clear();
  };
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error(`${method}: the browser went away`));
        const id = ++count;
        waiting.set(id, { method, resolve, reject });
        transport.send(JSON.stringify({ id, method, params }));
      }),
    on: (method, listener) => void listeners.set(method, [...(listeners.get(method) ?? []), listener]),
    close: () => transport.close(),
  };
}
