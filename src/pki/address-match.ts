import { domainToAscii, sameAddress } from "../mime/addresses.ts";
import type { Certificate } from "./certificate.ts";
import type { Mailbox } from "./mailboxes.ts";

/** The certificate's own spelling of an address that it names, or null if it does not name it (AD-01 to AD-03). */
export function matchingAddress(certificate: Certificate, address: string): string | null {
  return certificate.mailboxes.find((mailbox) => mailboxMatches(mailbox, address))?.address ?? null;
}

/** Tells whether a certificate is for an address: `ok`, `pki.no-address` or `pki.address-mismatch`. */
export function matchAddress(certificate: Certificate, address: string): "ok" | "pki.no-address" | "pki.address-mismatch" {
  if (certificate.mailboxes.length === 0) return "pki.no-address";
  return matchingAddress(certificate, address) === null ? "pki.address-mismatch" : "ok";
}

function mailboxMatches(mailbox: Mailbox, address: string): boolean {
  const [local, domain] = split(address);
  const international = /[^\0-\x7f]/.test(local);
  // AD-03: the two forms never equal each other, and an international local part is compared octet by octet.
  if ((mailbox.form === "smtp-utf8") !== international) return false;
  if (!international) return sameAddress(mailbox.address, address);
  const [ownLocal, ownDomain] = split(mailbox.address);
  return ownLocal === local && ownDomain === domain;
}

/** Local part as it is, domain as lower-case A-labels. */
function split(address: string): [string, string] {
  const at = address.lastIndexOf("@");
  return [address.slice(0, Math.max(at, 0)), domainToAscii(address.slice(at + 1))];
}
