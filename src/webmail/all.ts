import type { WebmailAdapter } from "./adapter.ts";
import { roundcube } from "./roundcube/adapter.ts";

/** Every webmail that we know; the organisation's word, or the first one that recognises the page, says which is used. A new one is one more line, and its name in `src/policy/webmail-place.ts`. */
export const webmails: readonly [WebmailAdapter, ...WebmailAdapter[]] = [roundcube];
