import { decodeBase64, encodeBase64 } from "../base/base64.ts";
import type { Bytes } from "../base/bytes.ts";

/** Where and by which words a composer's window and the content script that serves it meet. */
export interface Meeting {
  tab: number;
  frame: number;
  /** Names the window in the connection's name; the content script was told it. */
  ticket: string;
  /** The content script's first word: no other document of the tab knows it. */
  secret: string;
}

/** Name of the connection that a composer's window opens to its content script; the ticket follows it. */
export const WINDOW_PORT = "composer-window ";

/** What a composer and its content script speak over: a MessagePort for a frame in the page, a connection of the browser for a window. */
export interface Line {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  /** A MessagePort waits for it. */
  start(): void;
  close(): void;
}

/** The part of the browser's `Port` that is used. */
export interface Connection {
  postMessage(message: unknown): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  disconnect(): void;
}

/** Octets of one piece: in base64 they are 256 KiB, the size that was measured best in both browsers. */
export const PIECE = 196_608;

/** Octets that may come with one message. */
export const MOST_OCTETS = 200_000_000;

interface Head {
  message: Record<string, unknown>;
  member: string;
  octets: Bytes;
  /** Octets that have come. */
  come: number;
}

/**
 * Speaks over a connection of the browser as over a MessagePort. Such a connection carries JSON in Chromium and cannot transfer,
 * so a message's octets, of which it has one member at most, follow it in pieces of base64; the connection keeps their order.
 * Whoever does not keep to the form, or sends more than {@link MOST_OCTETS}, is hung up on.
 */
export function lineOver(connection: Connection): Line {
  let head: Head | null = null;
  const early: unknown[] = [];
  let listener: Line["onmessage"] = null;

  function deliver(data: unknown): void {
    if (listener) listener(new MessageEvent("message", { data }));
    else early.push(data);
  }

  function take({ message, member, length, piece }: { message?: unknown; member?: unknown; length?: unknown; piece?: unknown }): boolean {
    if (head) {
      if (typeof piece !== "string" || piece.length > Math.ceil(PIECE / 3) * 4) return false;
      const octets = decodeBase64(piece);
      if (octets.length === 0 || octets.length > head.octets.length - head.come) return false;
      head.octets.set(octets, head.come);
      head.come += octets.length;
    } else {
      if (typeof message !== "object" || message === null) return false;
      if (member === undefined) {
        deliver(message);
        return true;
      }
      if (typeof member !== "string" || member === "__proto__" || typeof length !== "number" || !Number.isInteger(length) || length < 0 || length > MOST_OCTETS) return false;
      head = { message: { ...message }, member, octets: new Uint8Array(length), come: 0 };
    }
    if (head.come < head.octets.length) return true;
    const whole = { ...head.message, [head.member]: head.octets };
    head = null;
    deliver(whole);
    return true;
  }

  connection.onMessage.addListener((given) => {
    try {
      if (typeof given === "object" && given !== null && take(given)) return;
    } catch {
      // Not base64.
    }
    connection.disconnect();
  });

  return {
    get onmessage() {
      return listener;
    },
    set onmessage(next) {
      listener = next;
      for (const data of listener ? early.splice(0) : []) deliver(data);
    },
    start: () => undefined,
    close: () => connection.disconnect(),
    postMessage(message) {
      const found = Object.entries(message as object).find((entry): entry is [string, Uint8Array] => ArrayBuffer.isView(entry[1]));
      if (!found) return connection.postMessage({ message });
      const [member, octets] = found;
      connection.postMessage({ message: { ...(message as object), [member]: null }, member, length: octets.length });
      for (let at = 0; at < octets.length; at += PIECE) connection.postMessage({ piece: encodeBase64(octets.subarray(at, at + PIECE)) });
    },
  };
}
