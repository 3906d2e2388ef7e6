import browser from "webextension-polyfill";
import { matchPattern, patternKindOf } from "../../protocol/origin-pattern.ts";

/**
 * Asks the browser for access to one webmail. It must be called directly in a click handler, before anything is awaited:
 * the browser shows its prompt only for a gesture of the person. Resolves false if the person said no.
 */
export function requestAccess(origin: string): Promise<boolean> {
  return browser.permissions.request({ origins: [matchPattern(origin, patternKindOf(browser.runtime.getURL("")))] });
}

/** Gives access back to the browser. */
export function releaseAccess(origin: string): Promise<boolean> {
  return browser.permissions.remove({ origins: [matchPattern(origin, patternKindOf(browser.runtime.getURL("")))] });
}

/** Asks the browser whether we may start the native host; the same rule of gestures holds. Resolves false if the person said no. */
export function requestHost(): Promise<boolean> {
  return browser.permissions.request({ permissions: ["nativeMessaging"] });
}

/** Asks the browser to tell us of cookies, so that a session's end is noticed where no page tells of it; the same rule of gestures holds. */
export function requestCookies(): Promise<boolean> {
  return browser.permissions.request({ permissions: ["cookies"] });
}

/** Whether the browser tells us of cookies. */
export function hasCookies(): Promise<boolean> {
  return browser.permissions.contains({ permissions: ["cookies"] });
}

/** Lists and answers lie at addresses of whatever host, most of them plain HTTP. */
const EVERYWHERE = { origins: ["http://*/*", "https://*/*"] };

/** Asks the browser to let revocation lists be fetched; like `requestAccess` it must be called directly in a click handler. */
export function requestFetching(): Promise<boolean> {
  return browser.permissions.request(EVERYWHERE);
}

/**
 * Gives that back to the browser. Chromium takes the single sites that it covers along, so those of webmails are asked for again
 * in the same click; it gives them silently, because they were given before. Firefox leaves them alone.
 * @param webmails origins that may be worked in now
 * Resolves false if the browser closed some of them and the person said no.
 */
export async function releaseFetching(webmails: readonly string[]): Promise<boolean> {
  await browser.permissions.remove(EVERYWHERE);
  const kind = patternKindOf(browser.runtime.getURL(""));
  const origins = webmails.map((origin) => matchPattern(origin, kind));
  return origins.length === 0 || (await browser.permissions.contains({ origins })) || browser.permissions.request({ origins });
}
