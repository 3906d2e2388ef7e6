import { codeOf } from "../base/errors.ts";
import { directoryHost, type DirectoryPlace } from "../policy/directory-place.ts";
import type { LdapEntry, LdapFilter } from "../protocol/host-port.ts";
import type { AskLdap } from "./ldap-question.ts";
import { parseFilter } from "./ldap-filter.ts";
import { directoryLimits } from "./limits.ts";

const URL = /^ldaps?:\/\/([^/?]*)(?:\/([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?(.*))?)?)?)?)?$/i;

/**
 * Who belongs to a dynamic list (`memberURL` of groupOfURLs): what its search finds in the same directory. Null if the search is for
 * another server, or of a kind that is not known here: then the list is not complete, and nobody may think so.
 */
export async function dynamicMembers(ask: AskLdap, url: string, place: Extract<DirectoryPlace, { kind: "ldap" }>, attributes: string[], limit: number): Promise<LdapEntry[] | null> {
  const parts = url.length > directoryLimits.url ? null : URL.exec(url);
  if (!parts) return null;
  const [, authority = "", base = "", , scope = "", filter = "", extensions = ""] = parts;
  if (extensions.includes("!") || (authority !== "" && authority.replace(/:\d+$/, "").toLowerCase() !== directoryHost(place))) return null;
  try {
    const wanted: LdapFilter = filter === "" ? { kind: "present", attribute: "objectClass" } : parseFilter(decodeURIComponent(filter));
    const depth = { "": "base", base: "base", one: "one", sub: "sub" } as const;
    if (!Object.hasOwn(depth, scope.toLowerCase())) return null;
    return await ask({ base: decodeURIComponent(base), scope: depth[scope.toLowerCase() as keyof typeof depth], filter: wanted, attributes, limit });
  } catch (error) {
    if (error instanceof URIError || codeOf(error) === "directory.protocol") return null;
    throw error;
  }
}
