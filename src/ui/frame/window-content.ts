import { SmimeError } from "../../base/errors.ts";
import type { Ask } from "../../protocol/requests.ts";
import type { Line, Meeting } from "../../protocol/window-port.ts";
import { type ContentPort, contentPort } from "./content-port.ts";

/** How long something that needs the webmail waits for a page that is just loading, in milliseconds. */
const PATIENCE = 6000;

/** After so long without a page, in milliseconds, the author is told: at every turn a webmail loads a new one. */
const TELL_AFTER = 4000;

/** Between two looks for a page, in milliseconds: often at first, then ever more seldom, and at once when somebody comes back to the window. */
const nextLook = (looks: number): number => (looks < 20 ? 500 : looks < 100 ? 3000 : 30_000);

export interface WindowContentParts {
  ask: Ask<"frame">;
  /** Connects to a content script; `onGone` is called when it is gone. */
  meet: (meeting: Meeting, onGone: () => void) => Promise<Line>;
  /** Called with true when no page of the webmail has been there for a while, and with false when one is again. */
  onAway: (away: boolean) => void;
  close: () => void;
  /** Brings the webmail's tab to the front. */
  showWebmail: () => Promise<void>;
}

export interface WindowContent extends ContentPort {
  /** Looks for a page at once, as somebody came back. */
  lookNow(): void;
}

/**
 * The way from a composer's own window to the webmail. The page that serves it goes at every turn of the webmail; then another one
 * of the same account is looked for, and what is asked meanwhile waits for it. Requests reject with `webmail.closed` if there is none.
 */
export function windowContent(first: Meeting, { ask, meet, onAway, close, showWebmail }: WindowContentParts): WindowContent {
  let current: ContentPort | null = null;
  let waiting: ((port: ContentPort) => void)[] = [];
  let looks = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let teller: ReturnType<typeof setTimeout> | null = null;

  async function join(meeting: Meeting): Promise<void> {
    const line = await meet(meeting, () => lost(port));
    const port: ContentPort = contentPort(line);
    if (closed) return port.close();
    current = port;
    looks = 0;
    if (teller !== null) clearTimeout(teller);
    teller = null;
    onAway(false);
    for (const go of waiting.splice(0)) go(port);
  }

  function lost(port: ContentPort): void {
    port.close();
    if (current !== port || closed) return;
    current = null;
    away();
    later(300);
  }

  function away(): void {
    teller ??= setTimeout(() => onAway(true), TELL_AFTER);
  }

  function later(time: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void look(), time);
  }

  async function look(): Promise<void> {
    timer = null;
    if (current || closed) return;
    looks++;
    try {
      const meeting = await ask("window.rejoin", null);
      if (meeting && !current) await join(meeting);
    } catch {
      // Looked for again.
    }
    if (!current && !closed) later(nextLook(looks));
  }

  function joined(): Promise<ContentPort> {
    if (current) return Promise.resolve(current);
    return new Promise((resolve, reject) => {
      const give = (port: ContentPort): void => {
        clearTimeout(patience);
        resolve(port);
      };
      const patience = setTimeout(() => {
        waiting = waiting.filter((each) => each !== give);
        reject(new SmimeError("webmail.closed"));
      }, PATIENCE);
      waiting.push(give);
    });
  }

  away();
  join(first).catch(() => later(0));

  const through =
    <A extends unknown[], T>(call: (port: ContentPort, ...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> =>
      call(await joined(), ...given);

  return {
    fetchRaw: through((port, signal?: AbortSignal) => port.fetchRaw(signal)),
    identities: through((port) => port.identities()),
    fidelity: through((port) => port.fidelity()),
    contactCards: through((port, address: string) => port.contactCards(address)),
    addContact: through((port, ...given: Parameters<ContentPort["addContact"]>) => port.addContact(...given)),
    nativeDraft: through((port) => port.nativeDraft()),
    discardNativeDraft: through((port) => port.discardNativeDraft()),
    send: through((port, ...given: Parameters<ContentPort["send"]>) => port.send(...given)),
    findSent: through((port, ...given: Parameters<ContentPort["findSent"]>) => port.findSent(...given)),
    removeStored: through((port, ...given: Parameters<ContentPort["removeStored"]>) => port.removeStored(...given)),
    store: through((port, ...given: Parameters<ContentPort["store"]>) => port.store(...given)),
    remove: through((port, ...given: Parameters<ContentPort["remove"]>) => port.remove(...given)),
    compose: through((port, ...given: Parameters<ContentPort["compose"]>) => port.compose(...given)),
    async show(message) {
      await (await joined()).show(message);
      await showWebmail();
    },
    moveToWindow: () => Promise.reject(new SmimeError("protocol.forbidden")),
    layout: (layout) => {
      if (layout === "closed") close();
    },
    lookNow: () => {
      if (!current && !closed) later(0);
    },
    close() {
      closed = true;
      for (const each of [timer, teller]) if (each !== null) clearTimeout(each);
      current?.close();
    },
  };
}
