import type { GeneralName } from "./general-name.ts";
import type { DistinguishedName } from "./name.ts";
import { OID } from "./oids.ts";

/** An address that a certificate names, with the form it is named in: the forms compare differently (AD-02, AD-03). */
export interface Mailbox {
  form: "rfc822" | "smtp-utf8" | "subject";
  address: string;
}

const ASCII_ADDRESS = /^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/;

/** RFC 9598 §3: this form is for local parts outside ASCII alone; with another it would be a second name for an rfc822Name. */
function isInternational(address: string): boolean {
  const at = address.lastIndexOf("@");
  return at > 0 && at < address.length - 1 && /[^\0-\x7f]/.test(address.slice(0, at)) && !/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]/u.test(address);
}

/**
 * Lists the addresses of a certificate (AD-01): rfc822Name and SmtpUTF8Mailbox of subjectAltName, then the
 * subject's old emailAddress, each once. What is no address (spaces, controls, no domain) is left out.
 */
export function mailboxesOf(subject: DistinguishedName, names: readonly GeneralName[]): Mailbox[] {
  const found = new Map<string, Mailbox>();
  const add = (form: Mailbox["form"], address: string): void => {
    const usable = form === "smtp-utf8" ? isInternational(address) : ASCII_ADDRESS.test(address);
    if (usable && !found.has(address)) found.set(address, { form, address });
  };
  for (const name of names) if (name.kind === "rfc822" || name.kind === "smtp-utf8") add(name.kind, name.text);
  for (const attribute of subject.rdns.flat()) {
    if (attribute.oid === OID.emailAddress && attribute.text !== null) add("subject", attribute.text);
  }
  return [...found.values()];
}
