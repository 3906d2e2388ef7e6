import type { SenderKind } from "../protocol/requests.ts";

/** What the browser says of a sender; nothing in here comes from the message. */
export interface BrowserSender {
  id?: string | undefined;
  url?: string | undefined;
  origin?: string | undefined;
  tab?: { id?: number | undefined } | undefined;
  frameId?: number | undefined;
  documentId?: string | undefined;
}

/** A document, as the browser names it: reloading makes another one. */
export interface DocumentName {
  tab: number;
  frame: number;
  document: string;
}

/** Pages that are bound by a ticket: two that lie in a webmail's page, and the composer in a window of its own. */
export type FramePage = "reader" | "composer" | "window";

/** A sender with its authority. Only what is listed here may be believed of it. */
export type Sender =
  | ({ kind: "content"; origin: string } & DocumentName)
  | ({ kind: "frame"; page: FramePage } & DocumentName)
  | { kind: "page"; page: string };

/** Paths that the manifest makes web accessible: anybody may embed them, so they are worth nothing without a ticket. */
const FRAME_PAGES: Record<string, "reader" | "composer"> = { "/reader.html": "reader", "/composer.html": "composer" };

/** The composer's own window: no page of the web can open or embed it, and it is worth nothing without a ticket either. */
const WINDOW_PAGE = "/compose-window.html";

/** Our own pages, which no page of the web can open or embed. */
const OWN_PAGES: Record<string, string> = {
  "/setup.html": "setup",
  "/options.html": "options",
  "/certificates.html": "certificates",
  "/keys.html": "keys",
  "/popup.html": "popup",
  "/confirm.html": "confirm",
  "/secret.html": "secret",
  "/unlock.html": "unlock",
};

/**
 * Tells what a sender is by what the browser says of it, or null if it is nobody who may ask anything.
 * `self` is our own id and origin; `granted` the origins of webmails where we may work.
 */
export function classify(sender: BrowserSender, self: { id: string; origin: string }, granted: ReadonlySet<string>): Sender | null {
  if (sender.id !== self.id || !sender.origin || !sender.url) return null;
  const url = parse(sender.url);
  if (!url) return null;
  if (sender.origin === self.origin) return classifyOwn(sender, url, self.origin);
  const name = documentName(sender);
  // A content script runs in the page's process: that its origin was granted is all that speaks for it.
  return name && url.origin === sender.origin && granted.has(sender.origin) ? { kind: "content", origin: sender.origin, ...name } : null;
}

function classifyOwn(sender: BrowserSender, url: URL, origin: string): Sender | null {
  // `URL.origin` is "null" for the extension schemes in some engines, so the text is compared.
  if (!url.href.startsWith(`${origin}/`)) return null;
  const frame = Object.hasOwn(FRAME_PAGES, url.pathname) ? FRAME_PAGES[url.pathname] : undefined;
  if (frame) {
    const name = documentName(sender);
    return name ? { kind: "frame", page: frame, ...name } : null;
  }
  if (url.pathname === WINDOW_PAGE) {
    const name = documentName(sender);
    return name?.frame === 0 ? { kind: "frame", page: "window", ...name } : null;
  }
  const page = Object.hasOwn(OWN_PAGES, url.pathname) ? OWN_PAGES[url.pathname] : undefined;
  // The toolbar's popup lies in no tab and then has no frame number either.
  const topLevel = sender.tab === undefined ? sender.frameId === undefined || sender.frameId === 0 : sender.frameId === 0;
  return page && topLevel ? { kind: "page", page } : null;
}

function documentName({ tab, frameId, documentId }: BrowserSender): DocumentName | null {
  if (tab?.id === undefined || tab.id < 0 || frameId === undefined || !documentId) return null;
  return { tab: tab.id, frame: frameId, document: documentId };
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** Whether a sender of this kind may use a list of requests: its own one and no other. */
export function mayAsk(sender: Sender, list: SenderKind): boolean {
  return sender.kind === list;
}
