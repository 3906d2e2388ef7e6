/** A piece of an address field. `angle` holds the address between angle brackets, without a source route. */
export interface AddressToken {
  kind: "atom" | "quoted" | "comment" | "angle" | "colon" | "separator";
  text: string;
}

interface Cursor {
  text: string;
  at: number;
}

/** Divides an address field into its pieces (RFC 5322 §3.2, §3.4, §4.4), never failing on damaged ones. */
export function* readAddressTokens(text: string): Generator<AddressToken> {
  const cursor: Cursor = { text, at: 0 };
  while (cursor.at < text.length) {
    const character = text[cursor.at] as string;
    if (/[\s>)]/.test(character)) cursor.at++;
    else if (character === "," || character === ";") yield single(cursor, "separator");
    else if (character === ":") yield single(cursor, "colon");
    else if (character === '"') yield { kind: "quoted", text: readQuoted(cursor) };
    else if (character === "(") yield { kind: "comment", text: readComment(cursor) };
    else if (character === "<") yield { kind: "angle", text: readAngle(cursor) };
    else yield { kind: "atom", text: readAtom(cursor) };
  }
}

function single(cursor: Cursor, kind: "separator" | "colon"): AddressToken {
  return { kind, text: cursor.text[cursor.at++] as string };
}

/** Content of a quoted string, its escapes undone; one without an end goes to the end of the text. */
function readQuoted(cursor: Cursor): string {
  let out = "";
  for (cursor.at++; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at] as string;
    if (character === '"') break;
    if (character === "\\" && cursor.at + 1 < cursor.text.length) cursor.at++;
    out += cursor.text[cursor.at] as string;
  }
  cursor.at++;
  return out;
}

function readComment(cursor: Cursor): string {
  const from = ++cursor.at;
  for (let depth = 1; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at];
    if (character === "\\") cursor.at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) break;
  }
  const text = cursor.text.slice(from, cursor.at);
  cursor.at++;
  return text;
}

/** The address between angle brackets: white space and comments dropped, a local part quoted only if it must be. */
function readAngle(cursor: Cursor): string {
  let out = "";
  for (cursor.at++; cursor.at < cursor.text.length; ) {
    const character = cursor.text[cursor.at] as string;
    if (character === ">") {
      cursor.at++;
      break;
    }
    // A second bracket begins another address: this one was never closed.
    if (character === "<") break;
    if (character === '"') out += `"${readQuoted(cursor).replace(/["\\]/g, "\\$&")}"`;
    else if (character === "(") readComment(cursor);
    else {
      if (!/\s/.test(character)) out += character;
      cursor.at++;
    }
  }
  // Obsolete source route: `@one,@two:user@host` (RFC 5322 §4.4).
  const route = /^@[^:]*:/.exec(out);
  return out.slice(route ? route[0].length : 0);
}

/** A run of characters up to white space or something special; a domain literal is part of it. */
function readAtom(cursor: Cursor): string {
  const pattern = /(?:\[[^\]\s<>,]{0,64}\]|[^\s,;:<>()"[]|\[)+/y;
  pattern.lastIndex = cursor.at;
  const text = pattern.exec(cursor.text)?.[0] ?? cursor.text.charAt(cursor.at);
  cursor.at += text.length;
  return text;
}
