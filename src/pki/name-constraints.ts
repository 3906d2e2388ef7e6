import { domainToAscii } from "../mime/addresses.ts";
import type { Certificate } from "./certificate.ts";
import type { NameConstraints } from "./extensions.ts";
import type { GeneralName } from "./general-name.ts";
import { isWithin } from "./name.ts";

/**
 * Tells whether a certificate's names satisfy one authority's constraints (RFC 5280 §4.2.1.10, RFC 9598 §6; AD-04).
 * Addresses and directory names are compared. A name of another form that a constraint speaks of counts as outside
 * of what is permitted and inside of what is excluded: not known is not good.
 */
export function satisfies(certificate: Certificate, constraints: NameConstraints): boolean {
  const { permitted, excluded } = constraints;
  return namesOf(certificate).every((name) => {
    const speaking = permitted.filter((base) => sameForm(name, base));
    if (speaking.length > 0 && !speaking.some((base) => matches(name, base, false))) return false;
    return !excluded.some((base) => sameForm(name, base) && matches(name, base, true));
  });
}

/** Subject, alternative names, and the subject's old emailAddress as an address. */
function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = [...certificate.subjectAltName];
  if (certificate.subject.rdns.length > 0) names.push({ kind: "directory", name: certificate.subject });
  for (const mailbox of certificate.mailboxes) {
    if (mailbox.form === "subject") names.push({ kind: "rfc822", text: mailbox.address });
  }
  return names;
}

function sameForm(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "other") return base.kind === "other" && name.tag === base.tag;
  return name.kind === base.kind || (name.kind === "smtp-utf8" && base.kind === "rfc822");
}

/** `doubt` is the answer where the comparison is not known here. */
function matches(name: GeneralName, base: GeneralName, doubt: boolean): boolean {
  switch (name.kind) {
    case "rfc822":
    case "smtp-utf8":
      return base.kind === "rfc822" ? addressMatches(name.text, base.text, name.kind === "smtp-utf8", doubt) : doubt;
    case "directory":
      return base.kind === "directory" ? isWithin(name.name, base.name) : doubt;
    case "other":
      return doubt;
  }
}

/** A base is one mailbox, a host whose mailboxes are meant, or `.domain` for the hosts below it. */
function addressMatches(address: string, base: string, international: boolean, doubt: boolean): boolean {
  const at = address.lastIndexOf("@");
  const domain = domainToAscii(address.slice(at + 1));
  if (at < 0) return doubt;
  const baseAt = base.lastIndexOf("@");
  const baseDomain = base.slice(baseAt + 1).toLowerCase();
  // RFC 9598 §6: a constraint on one mailbox never names an international one.
  if (baseAt >= 0) return !international && domain === baseDomain && address.slice(0, at).toLowerCase() === base.slice(0, baseAt).toLowerCase();
  return baseDomain === "" || (baseDomain.startsWith(".") ? domain.endsWith(baseDomain) : domain === baseDomain);
}
