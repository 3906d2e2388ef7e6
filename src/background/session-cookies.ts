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

/** The granted origins whose session a cookie's going ends. */
export function endedByCookie({ name, domain }: GoneCookie, cause: string, granted: Iterable<string>): string[] {
  if (!ENDS.has(cause) || !NAMES.has(name)) return [];
  const host = domain.replace(/^\./, "");
  return [...granted].filter((origin) => {
    const { hostname } = new URL(origin);
    return hostname === host || (domain.startsWith(".") && hostname.endsWith(domain));
  });
}
