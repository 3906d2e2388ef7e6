import { isHttpsAddress } from "./setting-values.ts";

/** A directory where certificates of other people are looked for, as an organisation names it. */
export type DirectoryPlace =
  /** Questions are asked by LDAP (RFC 4511), with entries and lists as they usually are (RFC 2798, RFC 4519, Active Directory). */
  | {
      kind: "ldap";
      /** `ldap://HOST:PORT` or `ldaps://HOST:PORT`. */
      server: string;
      /** Where the search begins; empty for the whole of it. */
      base: string;
      startTls: boolean;
      /** Null asks anonymously. */
      login: { name: string; password: string } | null;
      /** Attributes that name a list's members, besides the usual ones. */
      memberAttributes: string[];
    }
  /** A store that is asked by HTTPS, `?email=` (RFC 4387). */
  | { kind: "https"; url: string };

const LDAP_URL = /^(ldaps?):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:\/([^?#]*))?$/i;
const MEMBERS = { loginName: 1000, password: 1000 } as const;
const ATTRIBUTE = /^[a-z][a-z0-9-]{0,99}$/i;

/**
 * Reads one entry of the setting `Directories`; null if nobody can say what was meant. The address of an LDAP directory is
 * that of RFC 4516, with the place where the search begins behind the slash. Without TLS only a server on this machine is asked:
 * anybody on the way could put another certificate in the place of the right one, and a password would be read.
 */
export function readDirectoryPlace(value: unknown): DirectoryPlace | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { url, startTls = false, loginName = "", password = "", memberAttributes = [] } = value as Record<string, unknown>;
  if (typeof url !== "string" || url.length > 2000 || typeof startTls !== "boolean") return null;
  if (/^https:/i.test(url)) return isHttpsAddress(url) && new URL(url).search === "" ? { kind: "https", url } : null;
  const ldap = LDAP_URL.exec(url);
  if (!ldap) return null;
  const [, scheme = "", host = "", port, path = ""] = ldap;
  const secure = scheme.toLowerCase() === "ldaps";
  const number = port === undefined ? (secure ? 636 : 389) : Number(port);
  const base = decoded(path);
  // The pattern of a host knows neither what a number in an IP address may be nor which A-labels there are.
  if (!URL.canParse(`https://${host}/`)) return null;
  if (base === null || number < 1 || number > 65_535 || (secure && startTls)) return null;
  if (!secure && !startTls && !isThisMachine(host)) return null;
  if (!isTextUpTo(loginName, MEMBERS.loginName) || !isTextUpTo(password, MEMBERS.password) || (loginName === "") !== (password === "")) return null;
  if (!Array.isArray(memberAttributes) || memberAttributes.length > 10) return null;
  const attributes: unknown[] = memberAttributes;
  if (!attributes.every((each): each is string => typeof each === "string" && ATTRIBUTE.test(each))) return null;
  const login = loginName === "" ? null : { name: loginName, password };
  return { kind: "ldap", server: `${scheme.toLowerCase()}://${host.toLowerCase()}:${number}`, base, startTls, login, memberAttributes: attributes };
}

/** Names a directory without its password: what is remembered of it stands under this name. */
export function directoryId(place: DirectoryPlace): string {
  return place.kind === "https" ? place.url : `${place.server}/${place.base}${place.login ? ` ${place.login.name}` : ""}`;
}

/** The host, as people know a directory. */
export function directoryHost(place: DirectoryPlace): string {
  return new URL((place.kind === "https" ? place.url : place.server).replace(/^ldaps?:/, "https:")).hostname;
}

const isTextUpTo = (value: unknown, most: number): value is string => typeof value === "string" && value.length <= most;

const isThisMachine = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
