import { type Closing, FRAME_CLOSING } from "../../protocol/background-messages.ts";

/** What is used of `runtime.onConnect`. */
interface Connecting {
  addListener: (listener: (port: { name: string; sender?: { tab?: unknown } | undefined; disconnect: () => void }) => void) => void;
}

/** Calls back when the background has this frame show nothing any more. Content scripts can connect as well, and speak from a tab. */
export function onClosing(connecting: Connecting, close: (why: Closing) => void): void {
  connecting.addListener((port) => {
    if (!port.name.startsWith(FRAME_CLOSING) || port.sender?.tab !== undefined) return;
    port.disconnect();
    const why = port.name.slice(FRAME_CLOSING.length);
    if (why === "ended" || why === "locked") close(why);
  });
}
