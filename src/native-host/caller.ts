import { OUR_EXTENSIONS } from "../protocol/host-messages.ts";

/**
 * Tells whether the browser started the host for our extension. Chromium gives the extension's origin as the first argument (on
 * Windows a window's number follows), Firefox the path of the manifest and then the extension's id. The browser has looked at the
 * manifest's list already; a manifest that somebody loosened is not enough.
 */
export function isOurs(args: readonly string[]): boolean {
  const [first, second] = args;
  return first === OUR_EXTENSIONS.chromium || (second === OUR_EXTENSIONS.firefox && first?.endsWith(".json") === true);
}
