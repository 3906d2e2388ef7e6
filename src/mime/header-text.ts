import { encodeBase64 } from "../base/base64.ts";
import { decodeBase64Lenient } from "../base/base64-lines.ts";
import { concat, fromLatin1, utf8 } from "../base/bytes.ts";
import { asciiLower, isPrintableAscii } from "./ascii.ts";
import { decodeBytes } from "./charset.ts";

const ENCODED_WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=/g;

/**
 * Decodes encoded words (RFC 2047 §4) of an unfolded field value for display. Control characters become spaces, so that
 * no encoded line break reaches a place where it means something.
 */
export function decodeHeaderText(value: string): string {
  let out = "";
  let from = 0;
  let open: { charset: string; octets: Uint8Array[] } | null = null;
  const flush = (): void => {
    if (open) out += decodeBytes(concat(...open.octets), open.charset).text;
    open = null;
  };
  for (const match of value.matchAll(ENCODED_WORD)) {
    const between = value.slice(from, match.index);
    const charset = asciiLower(match[1] as string);
    const octets = wordOctets(match[2] as string, match[3] as string);
    from = match.index + match[0].length;
    // White space between encoded words is no text (§6.2); a character may be cut in two by some programs.
    if (!/^[ \t]*$/.test(between) || open === null) {
      flush();
      out += between;
    }
    if (open !== null && (open as { charset: string }).charset === charset) (open as { octets: Uint8Array[] }).octets.push(octets);
    else {
      flush();
      open = { charset, octets: [octets] };
    }
  }
  flush();
  return (out + value.slice(from)).replace(/\p{Cc}+/gu, " ");
}

function wordOctets(encoding: string, text: string): Uint8Array {
  if (encoding === "b" || encoding === "B") return decodeBase64Lenient(utf8(text)).bytes;
  const octets = text.replace(/_/g, " ").replace(/=([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  // Raw characters beyond Latin-1 do not belong into an encoded word; they came as UTF-8 and stay so.
  return [...octets].some((character) => character > "\u00ff") ? utf8(octets) : fromLatin1(octets);
}

/** Longest run of UTF-8 octets whose `=?utf-8?B?…?=` fits a line of 76 columns behind `Subject: ` (RFC 2047 §2). */
const WORD_OCTETS = 39;

/**
 * Encodes text for an unstructured field, or for a phrase: as it is where printable ASCII suffices, else as encoded words
 * in UTF-8 separated by spaces. Control characters become spaces.
 */
export function encodeHeaderText(text: string): string {
  const clean = oneLine(text);
  const needed = !isPrintableAscii(clean) || clean.includes("=?") || clean !== clean.trim() || /[^ ]{60}| {8}/.test(clean);
  return needed ? encodedWords(clean) : clean;
}

/** Encodes text as encoded words in UTF-8 whether it needs them or not; no character is cut in two (RFC 2047 §5). */
export function encodedWords(text: string): string {
  const words: string[] = [];
  let held = "";
  let size = 0;
  for (const character of text) {
    const octets = utf8(character).length;
    if (size + octets > WORD_OCTETS) {
      words.push(held);
      held = "";
      size = 0;
    }
    held += character;
    size += octets;
  }
  if (held) words.push(held);
  return words.map((word) => `=?utf-8?B?${encodeBase64(utf8(word))}?=`).join(" ");
}

/** Makes one line of text: control characters, line breaks among them, become spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/**
 * Writes one field, ASCII only, folded before white space at 76 columns where there is some, ended by CRLF.
 * The first word stays on the field's own line, which Roundcube's import asks for. Neither name nor value can add a field.
 */
export function headerLine(name: string, value: string): string {
  const plain = oneLine(value).trim();
  const text = isPrintableAscii(plain) ? plain : encodeHeaderText(plain);
  let out = `${name.replace(/[^!-9;-~]/g, "")}:`;
  let column = out.length;
  let first = true;
  for (const word of text.match(/ *[^ ]+/g) ?? []) {
    const spaced = first ? ` ${word.trimStart()}` : word;
    if (!first && column + spaced.length > 76) {
      out += "\r\n";
      column = 0;
    }
    out += spaced;
    column += spaced.length;
    first = false;
  }
  return `${out}\r\n`;
}
