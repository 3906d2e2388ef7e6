import { domainToAscii } from "../../mime/addresses.ts";
import type { Position, SubtreeUse } from "./position.ts";

/** An unquoted local part (RFC 5322 §3.2.3, dot-atom); quoted ones have several spellings and are in doubt. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
/** Labels as a host has them; an address literal in brackets is in doubt. */
const DOMAIN = /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/;

/**
 * Compares an address with an rfc822Name constraint (RFC 5280 §4.2.1.10, RFC 9598 §6; AD-04): a base is one mailbox, a
 * host, or `.domain` for the hosts below it.
 * @param international The address is an SmtpUTF8Mailbox; no constraint on one mailbox ever names such a one.
 */
export function addressPosition(address: string, base: string, international: boolean, use: SubtreeUse): Position {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(at, 0));
  const domain = domainToAscii(address.slice(at + 1)).toLowerCase();
  if (at < 1 || !DOMAIN.test(domain) || (international ? local.includes("@") : !LOCAL.test(local))) return "doubt";

  const baseAt = base.lastIndexOf("@");
  const host = base.slice(baseAt + 1).toLowerCase();
  if (!DOMAIN.test(baseAt < 0 && host.startsWith(".") ? host.slice(1) : host)) return "doubt";
  if (baseAt < 0) return inDomain(domain, host) ? "inside" : "outside";
  const mailbox = base.slice(0, baseAt);
  if (!LOCAL.test(mailbox)) return "doubt";
  return !international && domain === host && sameLocal(local, mailbox, use) ? "inside" : "outside";
}

function inDomain(domain: string, host: string): boolean {
  return host.startsWith(".") ? domain.endsWith(host) : domain === host;
}

/** A local part is case-sensitive (RFC 5321 §2.4), but servers seldom hold to it: what is excluded stays so in every spelling (AD-02). */
function sameLocal(local: string, mailbox: string, use: SubtreeUse): boolean {
  return use === "permitted" ? local === mailbox : local.toLowerCase() === mailbox.toLowerCase();
}
