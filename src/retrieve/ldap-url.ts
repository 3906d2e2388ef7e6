import { SmimeError } from "../base/errors.ts";
import type { LdapFilter, LdapQuestion } from "../protocol/host-port.ts";

/** An LDAP URL (RFC 4516), as far as certificates use them: one entry, some of its attributes. */
export type LdapPlace = Pick<LdapQuestion, "server" | "base" | "filter" | "attributes">;

function refuse(): never {
  throw new SmimeError("revocation.fetch");
}

const ANY: LdapFilter = { kind: "present", attribute: "objectClass" };

/**
 * Reads an LDAP URL. Throws `revocation.fetch` for what asks for more than one entry (scopes below the base, filters of several
 * conditions), for extensions that must be understood, and for a URL that is none.
 */
export function readLdapUrl(text: string): LdapPlace {
  if (!URL.canParse(text)) refuse();
  const { protocol, host, pathname } = new URL(text);
  if ((protocol !== "ldap:" && protocol !== "ldaps:") || host === "") refuse();
  // The parser of URLs keeps everything behind the first "?" as one query, and may not know of "?" there.
  const [, attributes = "", scope = "", filter = "", extensions = "", ...more] = text.split("#")[0]?.split("?") ?? [];
  if (more.length > 0 || !["", "base"].includes(scope.toLowerCase())) refuse();
  if (extensions.split(",").some((extension) => extension.startsWith("!"))) refuse();
  return {
    server: `${protocol}//${host}`,
    base: decoded(pathname.replace(/^\//, "")),
    attributes: attributes.split(",").filter((name) => name !== "").map(decoded),
    filter: filter === "" ? ANY : readFilter(decoded(filter)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse();
  }
}

/** One condition: `(attribute=value)` or `(attribute=*)`, with or without the parentheses that the standard wants (RFC 4515). */
function readFilter(text: string): LdapFilter {
  const { 1: attribute = "", 2: value = "" } = /^\(?([A-Za-z][\w.;-]*)=([^()*]+|\*)\)?$/.exec(text) ?? refuse();
  if (text.startsWith("(") !== text.endsWith(")")) refuse();
  if (value === "*") return { kind: "present", attribute };
  if (/\\(?![0-9a-f]{2})/i.test(value)) refuse();
  return { kind: "equal", attribute, value: value.replace(/\\([0-9a-f]{2})/gi, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16))) };
}
