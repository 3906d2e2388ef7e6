import browser from "webextension-polyfill";
import { systemClock } from "../base/clock.ts";
import { FRAME_CLOSING, KEYS_UNLOCKED, POPUP_QUESTION } from "../protocol/background-messages.ts";
import { HOST_NAME } from "../protocol/host-messages.ts";
import type { WindowSize } from "./composer-windows.ts";
import type { HostBrowser } from "./host-connection.ts";
import { matchPattern, patternKindOf } from "../protocol/origin-pattern.ts";
import type { BrowserParts } from "./services.ts";
import type { WebmailBrowser } from "./webmail-service.ts";
import { type Texts, words } from "./words.ts";

const SCRIPT = "webmail";

/** Name of the alarm at which keys are locked again. */
export const LOCK_ALARM = "lock-keys";

/** Where `storage.local` has what `store-health` remembers. */
const MARK = "store-mark";

const texts: Texts = { getMessage: (key, substitutions) => browser.i18n.getMessage(key, substitutions) };

const content = { js: ["content.js"], allFrames: true, runAt: "document_start", persistAcrossSessions: true } as const;

async function register(patterns: string[]): Promise<string[]> {
  const known = await browser.scripting.getRegisteredContentScripts({ ids: [SCRIPT] });
  if (patterns.length === 0) {
    if (known.length > 0) await browser.scripting.unregisterContentScripts({ ids: [SCRIPT] });
    return [];
  }
  const script = { ...content, id: SCRIPT, js: [...content.js], matches: patterns };
  if (known.length > 0) await browser.scripting.updateContentScripts([script]);
  else await browser.scripting.registerContentScripts([script]);
  return patterns.filter((pattern) => !known[0]?.matches?.includes(pattern));
}

const webmail: WebmailBrowser = {
  kind: patternKindOf(browser.runtime.getURL("")),
  contains: (pattern) => browser.permissions.contains({ origins: [pattern] }),
  async removePermission(pattern) {
    await browser.permissions.remove({ origins: [pattern] });
  },
  register,
  async tabs(pattern) {
    const tabs = await browser.tabs.query({ url: pattern });
    return tabs.flatMap(({ id, url, active }) => (id === undefined || url === undefined ? [] : [{ id, url, active }]));
  },
  async inject(tab) {
    await browser.scripting.executeScript({ target: { tabId: tab, allFrames: true }, files: [...content.js] });
  },
  async tell(tab, message) {
    await browser.tabs.sendMessage(tab, message);
  },
};

/** One window of ours for each page: asking again brings the open one to the front. */
async function openWindow(page: string, part?: string): Promise<void> {
  const url = browser.runtime.getURL(`${page}.html`);
  const there = part === undefined ? {} : { url: `${url}#${part}` };
  const open = (await browser.tabs.query({})).find((tab) => tab.url?.split(/[?#]/)[0] === url);
  if (open?.id !== undefined) {
    await browser.tabs.update(open.id, { active: true, ...there });
    if (open.windowId !== undefined) await browser.windows.update(open.windowId, { focused: true });
    return;
  }
  if (page === "setup") await browser.windows.create({ url, type: "popup", width: 640, height: 760 });
  else await browser.tabs.create({ url, ...there });
}

/** A window that asks one question, named by its id; answers its tab. */
async function openQuestion(page: string, id: string, height: number): Promise<number | null> {
  const opened = await browser.windows.create({ url: `${browser.runtime.getURL(page)}#${id}`, type: "popup", width: 640, height });
  return opened.tabs?.[0]?.id ?? null;
}

async function openComposer(ticket: string, { width, height }: WindowSize): Promise<number | null> {
  const opened = await browser.windows.create({ url: `${browser.runtime.getURL("compose-window.html")}#${ticket}`, type: "popup", width, height });
  return opened.tabs?.[0]?.id ?? null;
}

/** The tab is asked for its address first: it may have been left for another site, or closed. */
async function showSite(origin: string, tab: number): Promise<void> {
  const there = await browser.tabs.get(tab).catch(() => null);
  const [found] = there?.url?.startsWith(`${origin}/`) ? [there] : (await browser.tabs.query({ url: matchPattern(origin, webmail.kind) })).filter(({ url }) => url?.startsWith(`${origin}/`));
  if (found?.id === undefined) {
    const { windowId } = await browser.tabs.create({ url: `${origin}/` });
    if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
    return;
  }
  await browser.tabs.update(found.id, { active: true });
  if (found.windowId !== undefined) await browser.windows.update(found.windowId, { focused: true });
}

async function isShown(tab: number): Promise<boolean> {
  const { active, windowId } = await browser.tabs.get(tab);
  if (!active || windowId === undefined) return false;
  return (await browser.windows.get(windowId)).state !== "minimized";
}

/** Both browsers say in their own words that nobody is there; any other failure leaves the question open. */
const NOBODY = /Receiving end does not exist|No tab with id|Invalid tab/i;

async function isAlive({ tab, frame }: { tab: number; frame: number }): Promise<boolean> {
  try {
    await browser.tabs.sendMessage(tab, { mailseal: "alive" }, { frameId: frame });
    return true;
  } catch (error) {
    return !NOBODY.test(String(error));
  }
}

/** Reaches one frame by the name of a port, which carries nothing. */
function callFrame({ tab, frame }: { tab: number; frame: number }, name: string): void {
  const port = browser.tabs.connect(tab, { frameId: frame, name });
  // Chromium complains of an error that nobody looked at; that no frame is there any more is an answer as good as none.
  port.onDisconnect.addListener(() => void browser.runtime.lastError);
}

/** The origin of what a tab shows, as far as we may know it: where we were allowed to work. */
async function originOf(tab: number): Promise<string | null> {
  const { url } = await browser.tabs.get(tab).catch(() => ({ url: undefined }));
  return url === undefined ? null : new URL(url).origin;
}

const host: HostBrowser = {
  allowed: () => browser.permissions.contains({ permissions: ["nativeMessaging"] }),
  connect(events) {
    const port = browser.runtime.connectNative(HOST_NAME);
    port.onMessage.addListener((message) => events.message(message));
    // Firefox gives the reason with the port, Chromium beside it.
    port.onDisconnect.addListener(({ error }) => events.ended(error?.message ?? browser.runtime.lastError?.message ?? ""));
    return { post: (question) => port.postMessage(question), close: () => port.disconnect() };
  },
};

/** The browser as the services see it. */
export const browserParts: BrowserParts = {
  session: { get: (key) => browser.storage.session.get(key), set: (items) => browser.storage.session.set(items) },
  mark: { read: async () => (await browser.storage.local.get(MARK))[MARK], write: (mark) => browser.storage.local.set({ [MARK]: mark }) },
  managed: { get: () => browser.storage.managed.get() },
  // eslint-disable-next-line no-console -- The background's console is the log that administrators read.
  log: (line) => console.warn(`Mailseal: ${line}`),
  webmail,
  network: {
    fetch: (url, init) => fetch(url, init),
    async permitted(url) {
      // Firefox takes no address whose host is a star, so the pattern for every host is not made from one.
      const { protocol, hostname } = url === null ? { protocol: "http:", hostname: "*" } : new URL(url);
      return browser.permissions.contains({ origins: [`${protocol}//${hostname}/*`] }).catch(() => false);
    },
  },
  // Null would take the text of the whole browser again; Chromium refuses it, and then a verdict would stay.
  button: {
    title: (tab, text) => browser.action.setTitle({ tabId: tab, title: text === "" ? browser.i18n.getMessage("actionTitle") : text }),
    badge: (tab, text) => browser.action.setBadgeText({ tabId: tab, text }),
    sentence: (key, substitutions) => words(texts, key, substitutions),
  },
  isShown,
  isAlive,
  originOf,
  closeFrame: (place, why) => callFrame(place, `${FRAME_CLOSING}${why}`),
  closeWindow: (tab) => void browser.tabs.remove(tab).catch(() => undefined),
  openWindow,
  openComposer,
  async askPage(tab, message) {
    await browser.tabs.sendMessage(tab, message, { frameId: 0 });
  },
  showSite,
  openConfirmation: (id) => openQuestion("confirm.html", id, 720),
  openSecret: (id) => openQuestion("secret.html", id, 420),
  openUnlock: (id) => openQuestion("unlock.html", id, 520),
  async composeAbove(tab, message) {
    await browser.tabs.sendMessage(tab, message, { frameId: 0 });
  },
  askReader: (reader, question) => callFrame(reader, `${POPUP_QUESTION}${question}`),
  tellUnlocked: (reader) => callFrame(reader, KEYS_UNLOCKED),
  async lockAlarm(at) {
    if (at === null) await browser.alarms.clear(LOCK_ALARM);
    else void browser.alarms.create(LOCK_ALARM, { when: at });
  },
  noteWords: { subject: () => browser.i18n.getMessage("note_subject"), text: (author) => words(texts, "note_text", [author]) },
  host,
  directory: {
    fetch: (url, init) => fetch(url, init),
    permitted: (url) => browser.permissions.contains({ origins: [matchPattern(new URL(url).origin, patternKindOf(browser.runtime.getURL("")))] }),
  },
  clock: systemClock,
};
