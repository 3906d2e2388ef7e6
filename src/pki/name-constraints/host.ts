import type { Position, SubtreeUse } from "./position.ts";

/** Labels, a wildcard among them; underscores occur in practice. */
const HOST = /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/;
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** A base: a host, with a dot before it if those below it alone are meant; null if nothing can be compared with it. */
export type HostBase = { host: string; below: boolean } | "all" | "none" | null;

/** Lower case, without the dot of the root. */
function plain(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

/** Reads a dNSName; null if it is no host name. */
export function readHost(name: string): string | null {
  const host = plain(name);
  return HOST.test(host) ? host : null;
}

/** Reads the host of a URI; null if it has none that is a name. */
export function readUriHost(uri: string): string | null {
  const authority = AUTHORITY.exec(uri)?.[1];
  if (authority === undefined) return null;
  const host = readHost(authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, ""));
  // An address in place of a name ends in a number (WHATWG URL, "ends in a number").
  return host === null || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host) ? null : host;
}

/** Reads the base of a dNSName constraint: empty for all; `.` and `..` name nothing; a wildcard is no host. */
export function readHostBase(text: string): HostBase {
  if (text === "") return "all";
  const top = plain(text);
  const below = top.startsWith(".");
  const host = below ? top.slice(1) : top;
  if (host.includes("*")) return null;
  return HOST.test(host) ? { host, below } : "none";
}

/** Compares a host with a dNSName constraint (RFC 5280 §4.2.1.10): the host itself and all below it; `.host` for those below alone. */
export function dnsPosition(host: string | null, base: HostBase, use: SubtreeUse): Position {
  if (base === "all") return "inside";
  if (host === null || base === null) return "doubt";
  if (base === "none") return "outside";
  if ((host === base.host && !base.below) || isBelow(host, base.host)) return "inside";
  // `*.example.org` also stands for the one excluded host below example.org.
  return use === "excluded" && host.startsWith("*.") && parentOf(base.host) === host.slice(2) ? "inside" : "outside";
}

/** Compares the host of a URI with a constraint (RFC 5280 §4.2.1.10): one host, or `.domain` for those below. */
export function uriPosition(host: string | null, base: HostBase): Position {
  if (host === null || base === null || base === "all" || base === "none") return "doubt";
  return (base.below ? isBelow(host, base.host) : host === base.host) ? "inside" : "outside";
}

function isBelow(host: string, top: string): boolean {
  return host.endsWith(top) && host[host.length - top.length - 1] === ".";
}

function parentOf(host: string): string {
  return host.slice(host.indexOf(".") + 1);
}
