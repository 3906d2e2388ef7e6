import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { type Bytes, fromLatin1, utf8 } from "../base/bytes.ts";
import { directoryLimits } from "./limits.ts";

/** What a vCard says of a person. */
export interface Card {
  name: string | null;
  /** Lower case. */
  addresses: string[];
  /** Octets of each KEY: a certificate, or something else. */
  keys: Bytes[];
}

/** Characters of all cards, cards, and lines of one. */
export const cardLimits = { size: 2_000_000, cards: 20, lines: 1000 } as const;

/**
 * Reads vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as far as mail and KEY go. KEY is base64 (`ENCODING=b`), a `data:` address
 * (4.0) or PEM as text; one that lies elsewhere on the network is not fetched. What cannot be read is passed over.
 */
export function parseCards(text: string): Card[] {
  if (text.length > cardLimits.size) return [];
  const cards: Card[] = [];
  // Line by line: who looked for each beginning's end would go through a text of beginnings again and again.
  let lines: string[] | null = null;
  for (const line of text.replace(/\r\n?/g, "\n").replace(/\n[ \t]/g, "").split("\n")) {
    if (cards.length === cardLimits.cards) break;
    if (/^BEGIN:VCARD$/i.test(line)) lines ??= [];
    else if (lines !== null && /^END:VCARD/i.test(line)) {
      cards.push(parseCard(lines));
      lines = null;
    } else if (lines !== null && lines.length < cardLimits.lines) lines.push(line);
  }
  return cards;
}

function parseCard(lines: readonly string[]): Card {
  const card: Card = { name: null, addresses: [], keys: [] };
  for (const line of lines) {
    // A colon may stand in a quoted parameter.
    const [, label = "", value = ""] = /^((?:[^":]|"[^"]*")*):(.*)$/.exec(line) ?? [];
    const [property = "", ...parameters] = label.toUpperCase().split(";");
    const name = property.replace(/^[^.]*\./, "");
    if (name === "EMAIL") card.addresses.push(unescaped(value).replace(/^mailto:/i, "").trim().toLowerCase());
    else if (name === "FN") card.name = unescaped(value).trim() || null;
    else if (name === "KEY" && card.keys.length < directoryLimits.values) card.keys.push(...keyOf(value, parameters));
  }
  return card;
}

function keyOf(value: string, parameters: readonly string[]): Bytes[] {
  if (value.length > directoryLimits.value * 2) return [];
  const data = /^data:[^,]*;base64,(.*)$/i.exec(value)?.[1];
  const encoded = data ?? (parameters.some((each) => /^(ENCODING=)?(B|BASE64)$/.test(each)) ? value : null);
  if (encoded === null) return value.includes("-----BEGIN ") ? [utf8(unescaped(value))] : [];
  const { bytes, clean } = decodeBase64Lenient(fromLatin1(encoded.replace(/\\n|\s/gi, "")));
  return clean ? [bytes] : [];
}

const unescaped = (value: string): string => value.replace(/\\n/gi, "\n").replace(/\\([,;:\\])/g, "$1");
