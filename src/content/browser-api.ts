import type { Browser } from "webextension-polyfill";

/**
 * The extension API of a content script. The polyfill would be a quarter of what we may put into each page, and what is
 * used here (messages, i18n, addresses) answers with promises in both browsers.
 */
export const browser: Pick<Browser, "runtime" | "i18n"> =
  (globalThis as { browser?: Browser }).browser ?? (globalThis as unknown as { chrome: Browser }).chrome;
