/** Where an unreadable list forbids: everything. */
export const EVERYTHING = "*";

/** Tells whether text is a web origin and nothing more, for example `https://mail.example.org`. */
export function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    // A star is a host name to the URL parser and every host to a match pattern.
    return (url.protocol === "https:" || url.protocol === "http:") && url.origin === text && !url.hostname.includes("*");
  } catch {
    return false;
  }
}

/** Tells whether text is an address of an HTTPS service, without a name, a password or a fragment in it. */
export function isHttpsAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "https:" && url.username === "" && url.password === "" && url.hash === "";
}

/** Tells whether text is the name or address of one host, without a port. */
export function isHost(text: string): boolean {
  const url = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`) : null;
  return url !== null && url.hostname === text.toLowerCase() && !text.includes("*");
}

/** SHA-256 of a certificate, hexadecimal; colons may stand between the octets. */
export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text.replaceAll(":", ""));
}

/** A mail domain, its letters in any script; with a leading dot all domains below it. */
export function isDomain(text: string): boolean {
  const domain = toAscii(text.replace(/^\./, ""));
  return /^([a-z0-9_](-*[a-z0-9_])*\.)*[a-z0-9](-*[a-z0-9])*$/i.test(domain) && domain.length <= 253;
}

/** A domain in A-labels for which security keys can be registered: no top-level domain and no address (Web Authentication Level 3 §4, RP ID). */
export function isRelyingParty(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text) && !text.startsWith(".") && isDomain(text) && /\.(?!\d+$)[a-z0-9-]+$/i.test(text);
}

/** A domain in A-labels, as far as it is one. */
export function toAscii(domain: string): string {
  if (/^\p{ASCII}*$/u.test(domain)) return domain;
  const url = URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`) : null;
  return url?.href === `http://${url?.hostname}/` ? url.hostname : "";
}

/** Tells whether text limits an authority to mail domains: `FINGERPRINT example.org example.net`. */
export function isAuthorityLimit(text: string): boolean {
  const [fingerprint = "", ...domains] = text.trim().split(/\s+/);
  return isFingerprint(fingerprint) && domains.length > 0 && domains.every(isDomain);
}

/** Tells whether text limits a mail domain to authorities: `example.org FINGERPRINT FINGERPRINT`. */
export function isDomainLimit(text: string): boolean {
  const [domain = "", ...fingerprints] = text.trim().split(/\s+/);
  return isDomain(domain) && fingerprints.length > 0 && fingerprints.every(isFingerprint);
}

/** Tells whether text holds PEM of this label. */
export const isPem = (label: "CERTIFICATE" | "X509 CRL") => (text: string): boolean => text.includes(`-----BEGIN ${label}-----`);

/** Tells whether text gives one sender a limit: `address number`, of 1 to 5000. */
export function isPersonLimit(text: string): boolean {
  const { address, limit } = personLimit(text);
  return /^[^\s@]+@[^\s@]+$/.test(address) && Number.isInteger(limit) && limit >= 1 && limit <= 5000;
}

/** Reads `address number`. */
export function personLimit(text: string): { address: string; limit: number } {
  const [address = "", limit = "", ...more] = text.trim().split(/\s+/);
  return { address: address.toLowerCase(), limit: more.length === 0 && /^\d{1,4}$/.test(limit) ? Number(limit) : Number.NaN };
}

/** Tells whether text is an address that a link may lead to: a page by HTTPS, or mail to somebody. */
export function isHelpAddress(text: string): boolean {
  return isHttpsAddress(text) || /^mailto:[^\s@?,]+@[^\s@?,]+$/i.test(text);
}

/** Tells whether text is short enough to be shown to people. */
export const isAdvice = (text: string): boolean => text.length <= 2000;
