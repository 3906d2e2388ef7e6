import type { RecipientState } from "../../protocol/frame-requests.ts";
import type { AddressEntry } from "../../protocol/message-content.ts";

/** A person in To, Cc or Bcc; one that is no address stays as it was typed, so that it can be corrected. */
export interface Recipient extends AddressEntry {
  valid: boolean;
}

/** Longest pasted list, in characters and in people: as many as a message may name. */
const MAX_TEXT = 500_000;
const MAX_PEOPLE = 5000;

/**
 * Reads a typed or pasted list: `Bob <bob@lab.test>, carol@lab.test; "Doe, Dan" <dan@lab.test>`.
 * Commas, semicolons and line ends divide, except inside quotes and angle brackets (RFC 5322 §3.4, as people write it).
 */
export function parseRecipients(list: string): Recipient[] {
  return divide(list.slice(0, MAX_TEXT))
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .slice(0, MAX_PEOPLE)
    .map(parseOne);
}

function divide(list: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  let bracketed = false;
  for (const character of list) {
    if (character === '"') quoted = !quoted;
    else if (character === "<" && !quoted) bracketed = true;
    else if (character === ">" && !quoted) bracketed = false;
    if (!quoted && !bracketed && /[,;\r\n]/.test(character)) {
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  return [...parts, part];
}

function parseOne(text: string): Recipient {
  const bracketed = /^(.*?)<([^<>]*)>$/.exec(text);
  const address = (bracketed?.[2] ?? text).trim().replace(/^mailto:/i, "");
  const name = bracketed?.[1]?.trim().replace(/^"(.*)"$/, "$1").replace(/\\(.)/g, "$1").trim() ?? "";
  if (!isAddress(address)) return { name: null, address: text, valid: false };
  return { name: name === "" ? null : name, address, valid: true };
}

/** Whether text can be a mail address: one @, a dot-atom before it, a domain after it. The server has the last word. */
export function isAddress(text: string): boolean {
  return text.length <= 320 && /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/.test(text) && !/\.\.|^\.|\.@|@\.|\.$/.test(text);
}

/** The form in which addresses are compared here (AD-02). */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

/** Adds people to a list that does not name them yet. */
export function addRecipients<T extends AddressEntry>(list: T[], added: T[]): T[] {
  const known = new Set(list.map(({ address }) => addressKey(address)));
  return [...list, ...added.filter(({ address }) => !known.has(addressKey(address)) && known.add(addressKey(address)))];
}

/** Addresses of a list's members, as the composer shows them; none for a person. */
export function membersOf({ list }: Pick<RecipientState, "list">): string[] {
  return (list?.members ?? []).map(({ address }) => address);
}
