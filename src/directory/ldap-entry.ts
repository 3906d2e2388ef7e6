import type { Bytes } from "../base/bytes.ts";
import { directoryLimits } from "./limits.ts";
import type { LdapEntry } from "../protocol/host-port.ts";

/** Values of an attribute, whatever its case and options (RFC 4512 §2.5): `userCertificate` and `userCertificate;binary` are one. */
export function valuesOf(entry: LdapEntry, attribute: string): Bytes[] {
  const wanted = attribute.toLowerCase();
  return Object.entries(entry.attributes)
    .filter(([description]) => description.split(";")[0]?.toLowerCase() === wanted)
    .flatMap(([, values]) => values);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The same as text (RFC 4512 §2.8: UTF-8); what is none, or too long, is left out. */
export function textsOf(entry: LdapEntry, attribute: string): string[] {
  return valuesOf(entry, attribute).flatMap((value) => {
    if (value.length > directoryLimits.value) return [];
    try {
      return [decoder.decode(value)];
    } catch {
      return [];
    }
  });
}

/** Longest address that is looked at (RFC 5321 §4.5.3.1: 64, an @ and 255). */
const LONGEST_ADDRESS = 320;

const isAddress = (text: string): boolean => text.length <= LONGEST_ADDRESS && /^[^\s@<>]+@[^\s@<>]+$/.test(text);

/** The entry's own address, or null. */
export function addressOf(entry: LdapEntry): string | null {
  return textsOf(entry, "mail").find(isAddress) ?? primaryProxy(entry);
}

/** `SMTP:` in capitals marks the address that mail is sent from (Active Directory). */
function primaryProxy(entry: LdapEntry): string | null {
  return textsOf(entry, "proxyAddresses").find((text) => text.startsWith("SMTP:") && isAddress(text.slice(5)))?.slice(5) ?? null;
}

/** Every address of the entry, lower case. */
export function addressesOf(entry: LdapEntry): string[] {
  const proxies = textsOf(entry, "proxyAddresses").flatMap((text) => (/^smtp:/i.test(text) ? [text.slice(5)] : []));
  return [...new Set([...textsOf(entry, "mail"), ...proxies].filter(isAddress).map((address) => address.toLowerCase()))].slice(0, directoryLimits.proxies);
}

/** How people call it. */
export function nameOf(entry: LdapEntry): string | null {
  const name = textsOf(entry, "displayName")[0] ?? textsOf(entry, "cn")[0] ?? null;
  return name === null || name.trim() === "" ? null : name.slice(0, 200);
}
