import type { WebmailAdapter } from "./adapter.ts";
import { roundcube } from "./roundcube/adapter.ts";

/** Every webmail that we know; the first one that recognises the page is used. A new one is one more line. */
export const webmails: readonly WebmailAdapter[] = [roundcube];
