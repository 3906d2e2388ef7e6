import browser from "webextension-polyfill";
import { SmimeError } from "../../base/errors.ts";
import { type Connection, type Line, lineOver, type Meeting, WINDOW_PORT } from "../../protocol/window-port.ts";

/** A connection as this window uses it. */
export interface Connected extends Connection {
  onDisconnect: { addListener(listener: () => void): void };
}

export type Connect = (to: { tab: number; frame: number; name: string }) => Connected;

/** How long a content script may take to answer, in milliseconds. */
const PATIENCE = 5000;

export const connectByBrowser: Connect = ({ tab, frame, name }) => browser.tabs.connect(tab, { frameId: frame, name });

/**
 * Connects this window to the content script that serves it. Another document may be in the tab by now, of whatever site that we
 * may work in, so nothing is said to it before it has said the secret.
 * @param onGone called when the connection ends after it stood
 * Throws `protocol.unreachable`.
 */
export function meetContent({ tab, frame, ticket, secret }: Meeting, onGone: () => void, connect: Connect = connectByBrowser): Promise<Line> {
  return new Promise((resolve, reject) => {
    const connection = connect({ tab, frame, name: `${WINDOW_PORT}${ticket}` });
    let met = false;
    const refuse = (): void => {
      clearTimeout(timer);
      reject(new SmimeError("protocol.unreachable"));
    };
    const timer = setTimeout(() => {
      connection.disconnect();
      refuse();
    }, PATIENCE);
    connection.onDisconnect.addListener(() => {
      // Chromium complains of an error that nobody looked at.
      void browser.runtime.lastError;
      if (met) onGone();
      else refuse();
    });
    connection.onMessage.addListener((first) => {
      if (met) return;
      const { mailseal, secret: said } = (typeof first === "object" && first !== null ? first : {}) as { mailseal?: unknown; secret?: unknown };
      if (mailseal !== "port" || said !== secret) {
        connection.disconnect();
        return refuse();
      }
      met = true;
      clearTimeout(timer);
      resolve(lineOver(connection));
    });
  });
}
