import { SmimeError } from "../base/errors.ts";
import { type AddressToken, readAddressTokens } from "./address-tokens.ts";
import { asciiLower, isPrintableAscii } from "./ascii.ts";
import { decodeHeaderText, encodedWords, oneLine } from "./header-text.ts";
import { mimeLimits } from "./limits.ts";

/** A person's mailbox as a field names it. */
export interface Mailbox {
  /** Display name, decoded; it proves nothing. Null if absent. */
  name: string | null;
  /** Bare address (addr-spec), never empty. */
  address: string;
}

/**
 * Reads the mailboxes of an address field (RFC 5322 §3.4), groups flattened, comments dropped. Only what stands in angle
 * brackets, or alone with an `@`, is an address: a display name that looks like one stays a name. Entries without an
 * address are left out; at most `mimeLimits.addresses` are read.
 */
export function parseAddressList(value: string): Mailbox[] {
  const out: Mailbox[] = [];
  let held: AddressToken[] = [];
  const flush = (): void => {
    out.push(...mailboxes(held));
    held = [];
  };
  for (const token of readAddressTokens(value)) {
    if (out.length >= mimeLimits.addresses) break;
    if (token.kind === "separator") flush();
    // What stands before a colon is a group's name; within an address that is a damaged one.
    else if (token.kind === "colon") held = [];
    else held.push(token);
  }
  flush();
  return out.slice(0, mimeLimits.addresses);
}

function mailboxes(tokens: AddressToken[]): Mailbox[] {
  const angles = tokens.filter((token) => token.kind === "angle");
  if (angles.length === 0) return bareMailboxes(tokens);
  const words = tokens.filter((token) => token.kind !== "angle");
  const comment = tokens.find((token) => token.kind === "comment");
  const name = displayName(words) ?? (comment ? displayName([{ ...comment, kind: "atom" }]) : null);
  // Two bracketed addresses in one entry are two mailboxes, so that neither passes for the only one (FR-01, UI-06).
  return angles.filter((angle) => angle.text !== "").map((angle) => ({ name, address: plainLocalPart(angle.text) }));
}

/** An entry without brackets: each word run with an `@` is an address; old mail puts the name into a comment. */
function bareMailboxes(tokens: AddressToken[]): Mailbox[] {
  const found: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as AddressToken;
    let text = token.kind === "quoted" ? `"${token.text}"` : token.text;
    // `john . doe @ example . org` and `"john doe"@example.org` are one address each.
    // Only the last piece is looked at: the whole text would be read again for each of a hostile number of pieces.
    for (let last = text; joins(last, tokens[i + 1]); text += last) last = (tokens[++i] as AddressToken).text;
    if (token.kind !== "comment" && text.lastIndexOf("@") > 0 && !text.endsWith("@") && !isQuotedWhole(text)) found.push(text);
  }
  const comment = tokens.find((token) => token.kind === "comment");
  const name = found.length === 1 && comment ? displayName([{ ...comment, kind: "atom" }]) : null;
  return found.map((address) => ({ name, address: plainLocalPart(address) }));
}

function joins(text: string, next: AddressToken | undefined): boolean {
  if (next?.kind !== "atom") return false;
  return /[@.]$/.test(text) || /^[@.]/.test(next.text);
}

function isQuotedWhole(text: string): boolean {
  return text.startsWith('"') && text.endsWith('"');
}

/** Takes needless quotes off a local part: `"john"@example.org` is `john@example.org` (RFC 5322 §3.4.1). */
export function plainLocalPart(address: string): string {
  return address.replace(/^"([!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+(?:\.[!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+)*)"@/, "$1@");
}

function displayName(words: AddressToken[]): string | null {
  const text = words.filter((word) => word.kind !== "comment").map((word) => word.text).join(" ");
  return decodeHeaderText(text).trim() || null;
}

/**
 * Writes mailboxes as a field value in ASCII; domains become A-labels. Throws `mime.address-not-ascii` for a local part
 * that would need SMTPUTF8 (RFC 6531): no webmail tells whether its server has it.
 */
export function formatAddressList(list: readonly Mailbox[]): string {
  return list.map(formatMailbox).join(", ");
}

function formatMailbox({ name, address }: Mailbox): string {
  const bare = safeAddress(address);
  if (!isPrintableAscii(bare)) throw new SmimeError("mime.address-not-ascii");
  const shown = oneLine(name ?? "").trim();
  if (shown === "") return bare;
  if (!isPrintableAscii(shown) || shown.includes("=?") || /[^ ]{60}| {8}/.test(shown)) return `${encodedWords(shown)} <${bare}>`;
  if (/^[!#$%&'*+/=?^_`{|}~0-9A-Za-z -]+$/.test(shown)) return `${shown} <${bare}>`;
  return `"${shown.replace(/["\\]/g, "\\$&")}" <${bare}>`;
}

/** An address that can add neither a mailbox nor a field to what is written. */
export function safeAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const local = oneLine(at < 0 ? address : address.slice(0, at));
  const quoted = /^"(?:[^"\\]|\\.)*"$/.test(local);
  const safeLocal = quoted ? local : local.replace(/[\s<>,;:"()[\]\\]/g, "");
  return at < 0 ? safeLocal : `${safeLocal}@${domainToAscii(address.slice(at + 1)).replace(/[\s<>,;"()\\]/g, "")}`;
}

/**
 * A domain in lower-case A-labels (RFC 5890); the text itself in lower case if it is no domain that can be converted.
 * The browser's URL parser does the IDNA processing.
 */
export function domainToAscii(domain: string): string {
  const lower = asciiLower(domain);
  if (/^\p{ASCII}*$/u.test(lower) || /[\p{Cc} /\\?#@:%[\]<>^|]/u.test(lower)) return lower;
  try {
    return new URL(`http://${lower}/`).hostname;
  } catch {
    return lower;
  }
}

/**
 * Tells whether two addresses are the same mailbox: domains as A-labels without regard to case, local parts without regard
 * to ASCII case; no tags or dots are folded (RFC 9788 §4.4.5, RFC 8550 §3; FR-03, AD-02).
 */
export function sameAddress(a: string, b: string): boolean {
  return canonicalAddress(a) === canonicalAddress(b);
}

/** The form in which equal addresses are the same text. */
export function canonicalAddress(address: string): string {
  const plain = plainLocalPart(address.trim());
  const at = plain.lastIndexOf("@");
  return at < 0 ? asciiLower(plain) : `${asciiLower(plain.slice(0, at))}@${domainToAscii(plain.slice(at + 1)).replace(/\.$/, "")}`;
}
