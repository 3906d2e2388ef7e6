import { asciiLower } from "./ascii.ts";
import { decodeBytes } from "./charset.ts";
import { mimeLimits } from "./limits.ts";

/** A field of the form `value; name=value; …` (RFC 2045 §5.1, RFC 2183 §2). */
export interface ContentField {
  /** What stands before the first semicolon, in lower case and without comments. */
  value: string;
  parameters: Map<string, string>;
}

/** Reads Content-Type or Content-Disposition, leniently: of parameters that are given twice the first counts. */
export function readContentField(text: string): ContentField {
  const [first = "", ...rest] = pieces(text);
  const raw = new Map<string, string>();
  for (const piece of rest) {
    const equals = piece.indexOf("=");
    if (equals < 0) continue;
    const name = asciiLower(piece.slice(0, equals).trim());
    if (name && !raw.has(name)) raw.set(name, parameterValue(piece.slice(equals + 1).trim()));
  }
  return { value: mainValue(withoutComments(first)), parameters: joinContinuations(raw) };
}

/** The type or disposition itself; white space around a slash is dropped, and what follows a blank does not belong to it. */
function mainValue(text: string): string {
  return asciiLower(/^\S+/.exec(text.trim().replace(/\s?\/\s?/g, "/"))?.[0] ?? "");
}

/** Splits at semicolons that stand outside quoted strings and comments. */
function pieces(text: string): string[] {
  const out: string[] = [];
  let begin = 0;
  let quoted = false;
  let lastComment = text.lastIndexOf(")");
  for (let i = 0; i < text.length && out.length <= mimeLimits.parameters; i++) {
    const character = text[i];
    if (quoted && character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "(" && i < lastComment && /[\s;]/.test(text[i - 1] ?? " ")) {
      // A comment that never ends is none, nor is any behind it.
      const end = commentEnd(text, i);
      if (end < 0) lastComment = -1;
      else i = end;
    } else if (character === ";" && !quoted) {
      out.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  if (out.length <= mimeLimits.parameters) out.push(text.slice(begin));
  return out;
}

/** Index of a comment's closing parenthesis; -1 if it has none. */
function commentEnd(text: string, start: number): number {
  for (let i = start, depth = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

/** Removes comments (RFC 5322 §3.2.2), nested ones as well; an open one ends with the text. */
export function withoutComments(text: string): string {
  if (!text.includes("(")) return text;
  let out = "";
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (depth > 0 && character === "\\") i++;
    else if (character === "(") depth++;
    else if (character === ")" && depth > 0) depth--;
    else if (depth === 0) out += character;
  }
  return out;
}

function parameterValue(text: string): string {
  if (text.startsWith('"')) {
    let out = "";
    for (let i = 1; i < text.length && text[i] !== '"'; i++) {
      // A file name that somebody put in with its Windows path has backslashes that quote nothing.
      if (text[i] === "\\" && /["\\]/.test(text[i + 1] ?? "")) i++;
      out += text[i] as string;
    }
    return out;
  }
  // An unquoted value may hold blanks in practice (`name=my file.pdf`); a comment follows a blank.
  const comment = text.search(/\s\(/);
  return (comment < 0 ? text : text.slice(0, comment)).trim();
}

interface Section {
  text: string;
  extended: boolean;
}

/** Joins `name*0`, `name*1*`, … and decodes `charset'language'text` (RFC 2231 §3, §4); these win over a plain `name`. */
function joinContinuations(raw: Map<string, string>): Map<string, string> {
  const out = new Map<string, string>();
  const sections = new Map<string, Map<number, Section>>();
  for (const [name, text] of raw) {
    const match = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(name);
    if (!match) {
      out.set(name, text);
      continue;
    }
    const [, base = "", number, star] = match;
    const list = sections.get(base) ?? new Map<number, Section>();
    list.set(number === undefined ? 0 : Number(number), { text, extended: number === undefined || star === "*" });
    sections.set(base, list);
  }
  for (const [name, list] of sections) {
    const joined = joinSections(list);
    if (joined !== null) out.set(name, joined);
  }
  return out;
}

function joinSections(list: Map<number, Section>): string | null {
  const head = list.get(0);
  if (!head) return null;
  const prefix = head.extended ? /^([^']*)'[^']*'/.exec(head.text) : null;
  const octets: number[] = [];
  for (let i = 0, section: Section | undefined = head; section; section = list.get(++i)) {
    const text = i === 0 && prefix ? section.text.slice(prefix[0].length) : section.text;
    pushOctets(octets, text, section.extended);
  }
  return decodeBytes(Uint8Array.from(octets), prefix?.[1] || "utf-8").text;
}

function pushOctets(octets: number[], text: string, extended: boolean): void {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] as number;
    const escape = extended && code === 0x25 ? /^%[0-9a-fA-F]{2}/.exec(String.fromCharCode(...bytes.subarray(i, i + 3))) : null;
    octets.push(escape ? Number.parseInt(escape[0].slice(1), 16) : code);
    if (escape) i += 2;
  }
}
