import { SmimeError } from "../base/errors.ts";

/** Which browser's match patterns are meant: Firefox takes a port, says yes, and then grants nothing. */
export type PatternKind = "chromium" | "firefox";

/**
 * Makes the one match pattern by which access to a webmail is asked for and checked.
 * In Firefox the pattern covers every port of the host, so a content script compares the whole origin before it acts.
 * @param origin scheme, host and port, for example `https://mail.example.org:8443`
 * Throws `protocol.malformed` for anything that is not an http or https origin.
 */
export function matchPattern(origin: string, kind: PatternKind): string {
  const url = parseOrigin(origin);
  return `${url.protocol}//${kind === "firefox" ? url.hostname : url.host}/*`;
}

/** Reads what a person typed or pasted as the address of a webmail; throws `protocol.malformed` if it is none. */
export function originOf(address: string): string {
  const text = address.trim();
  return parseOrigin(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`).origin;
}

function parseOrigin(text: string): URL {
  if (!URL.canParse(text)) throw new SmimeError("protocol.malformed");
  const url = new URL(text);
  // A user name in an address is a way to make one host look like another.
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "" || url.hostname.includes("*")) {
    throw new SmimeError("protocol.malformed");
  }
  return url;
}

/** Tells which patterns the running browser takes, from the address of one of our own pages. */
export function patternKindOf(extensionUrl: string): PatternKind {
  return extensionUrl.startsWith("moz-extension:") ? "firefox" : "chromium";
}

/** Whether a page at one of the hosts may ask a security key in the name of the other: one is the other, or lies below it (Web Authentication §5.1.3, relying party ID). */
export function areRelated(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}
