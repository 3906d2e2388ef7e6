import { domainToAscii } from "../../mime/addresses.ts";
import type { Position, SubtreeUse } from "./position.ts";

/** An unquoted local part (RFC 5322 §3.2.3, dot-atom); quoted ones have several spellings and are in doubt. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
/** Labels as a host has them; an address literal in brackets is in doubt. */
const DOMAIN = /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/;

/** An address, read for comparison: lower-case A-labels behind the sign. */
export interface Address {
  local: string;
  domain: string;
  /** An SmtpUTF8Mailbox; no constraint on one mailbox ever names such a one. */
  international: boolean;
}

/** A base: one mailbox, or null for all of `host`, which is `.domain` for the hosts below one. */
export interface AddressBase {
  mailbox: string | null;
  host: string;
}

/** Reads an address; null if it cannot be compared. */
export function readAddress(text: string, international: boolean): Address | null {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = domainToAscii(text.slice(at + 1)).toLowerCase();
  if (at < 1 || !DOMAIN.test(domain) || (international ? local.includes("@") : !LOCAL.test(local))) return null;
  return { local, domain, international };
}

/** Reads the base of an rfc822Name constraint; null if nothing can be compared with it. */
export function readAddressBase(text: string): AddressBase | null {
  const at = text.lastIndexOf("@");
  const host = text.slice(at + 1).toLowerCase();
  if (!DOMAIN.test(at < 0 && host.startsWith(".") ? host.slice(1) : host)) return null;
  const mailbox = at < 0 ? null : text.slice(0, at);
  return mailbox === null || LOCAL.test(mailbox) ? { mailbox, host } : null;
}

/** Compares an address with an rfc822Name constraint (RFC 5280 §4.2.1.10, RFC 9598 §6; AD-04). */
export function addressPosition(address: Address | null, base: AddressBase | null, use: SubtreeUse): Position {
  if (address === null || base === null) return "doubt";
  const { local, domain, international } = address;
  const { mailbox, host } = base;
  if (mailbox === null) return (host.startsWith(".") ? domain.endsWith(host) : domain === host) ? "inside" : "outside";
  return !international && domain === host && sameLocal(local, mailbox, use) ? "inside" : "outside";
}

/** A local part is case-sensitive (RFC 5321 §2.4), but servers seldom hold to it: what is excluded stays so in every spelling (AD-02). */
function sameLocal(local: string, mailbox: string, use: SubtreeUse): boolean {
  return use === "permitted" ? local === mailbox : local.toLowerCase() === mailbox.toLowerCase();
}
