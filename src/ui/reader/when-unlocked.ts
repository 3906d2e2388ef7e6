import { KEYS_UNLOCKED } from "../../protocol/background-messages.ts";

/** What is used of `runtime.onConnect`. */
interface Connecting {
  addListener: (listener: (port: { name: string; disconnect: () => void }) => void) => void;
}

/** Calls `opened` when the background says that keys were unlocked. Whoever else calls so makes a message try again, and wins nothing. */
export function whenUnlocked(connecting: Connecting, opened: () => void): void {
  connecting.addListener((port) => {
    if (port.name !== KEYS_UNLOCKED) return;
    port.disconnect();
    opened();
  });
}
