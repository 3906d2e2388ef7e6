/** A cookie as the browser reports that it went. */
export interface GoneCookie {
  name: string;
  /** With a leading dot where it is for subdomains, too. */
  domain: string;
}

/** Why a cookie went, in the browsers' words. One that is only replaced goes by "overwrite", many times in a session. */
const ENDS: ReadonlySet<string> = new Set(["explicit", "expired", "expired_overwrite", "evicted"]);

/** Cookies without which a webmail's session is over: Roundcube's (`session_name` with its default, and `rcube_session`). */
const NAMES: ReadonlySet<string> = new Set(["roundcube_sessid", "roundcube_sessauth"]);

/** Asks the browser for the cookie of a name that it would send to an address; null if there is none. */
export type CookieLookup = (of: { url: string; name: string; storeId: string }) => Promise<object | null>;

/**
 * Those of the origins whose session is over, now that a cookie went. One with a domain can be set and deleted by every host of that
 * domain (RFC 6265 §5.3), so it ends nothing while another of its name remains; one of the host alone is nobody else's to delete.
 */
export async function surelyEnded(origins: readonly string[], { name, domain, storeId }: GoneCookie & { storeId: string }, get: CookieLookup): Promise<string[]> {
  if (!domain.startsWith(".")) return [...origins];
  const ended: string[] = [];
  for (const url of origins) if ((await get({ url, name, storeId }).catch(() => null)) === null) ended.push(url);
  return ended;
}

/** The granted origins whose session a cookie's going ends. */
export function endedByCookie({ name, domain }: GoneCookie, cause: string, granted: Iterable<string>): string[] {
  if (!ENDS.has(cause) || !NAMES.has(name)) return [];
  const host = domain.replace(/^\./, "");
  return [...granted].filter((origin) => {
    const { hostname } = new URL(origin);
    return hostname === host || (domain.startsWith(".") && hostname.endsWith(domain));
  });
}
