import type { Position, SubtreeUse } from "./position.ts";

/** Labels, a wildcard among them; underscores occur in practice. */
const HOST = /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/;
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;

/** Lower case, without the dot of the root. */
function plain(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}

/** Compares a dNSName with a constraint (RFC 5280 §4.2.1.10): the host itself and all below it; `.host` for those below alone; empty for all. */
export function dnsPosition(name: string, base: string, use: SubtreeUse): Position {
  if (base === "") return "inside";
  const host = plain(name);
  const top = plain(base);
  if (!HOST.test(host)) return "doubt";
  // "." and ".." name nothing; a wildcard is no host.
  const labels = top.startsWith(".") ? top.slice(1) : top;
  if (!HOST.test(labels) || labels.includes("*")) return labels.includes("*") ? "doubt" : "outside";
  if (top.startsWith(".") ? host.endsWith(top) : host === top || host.endsWith(`.${top}`)) return "inside";
  // `*.example.org` also stands for the one excluded host below example.org.
  return use === "excluded" && host.startsWith("*.") && parentOf(labels) === host.slice(2) ? "inside" : "outside";
}

function parentOf(host: string): string {
  return host.slice(host.indexOf(".") + 1);
}

/** Compares the host of a URI with a constraint (RFC 5280 §4.2.1.10): one host, or `.domain` for those below. Without a host name there is nothing to compare. */
export function uriPosition(uri: string, base: string): Position {
  const authority = AUTHORITY.exec(uri)?.[1];
  if (authority === undefined) return "doubt";
  const host = plain(authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, ""));
  const top = plain(base);
  // An address in place of a name ends in a number (WHATWG URL, "ends in a number").
  if (!HOST.test(host) || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) return "doubt";
  if (!HOST.test(top.startsWith(".") ? top.slice(1) : top)) return "doubt";
  return (top.startsWith(".") ? host.endsWith(top) : host === top) ? "inside" : "outside";
}
