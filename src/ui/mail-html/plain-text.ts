import { attribute } from "./srcdoc.ts";

/** A run without white space that may hold an address: the limit keeps hostile text from costing more than its length. */
const words = /\S+/g;
const MAX_WORD = 2000;

/** A web or mail address; each repetition is bounded (RFC 5321 §4.5.3.1, RFC 1035 §2.3.4), so that matching stays linear. */
const addresses = /\bhttps?:\/\/[^\s<>"'`]{1,2000}|\b[\w.!#$%&*+/=?^{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}/gi;

/** Plain text as HTML with addresses as links; everything else is escaped. Each link shows exactly where it leads. */
export function plainTextHtml(text: string): string {
  let html = "";
  let at = 0;
  for (const word of text.matchAll(words)) {
    if (word[0].length > MAX_WORD || !/[@/]/.test(word[0])) continue;
    for (const match of word[0].matchAll(addresses)) {
      const found = trimmed(match[0]);
      const start = word.index + match.index;
      html += attribute(text.slice(at, start)) + link(found);
      at = start + found.length;
    }
  }
  return html + attribute(text.slice(at));
}

function trimmed(address: string): string {
  let text = address.replace(/[.,;:!?]+$/, "");
  // "(see https://example.org/a)" ends in a bracket that opened before the address.
  while (text.endsWith(")") && !text.includes("(")) text = text.slice(0, -1).replace(/[.,;:!?]+$/, "");
  return text;
}

function link(address: string): string {
  const href = /^https?:/i.test(address) ? address : `mailto:${address}`;
  return `<a href="${attribute(href)}" target="_blank" rel="noopener noreferrer">${attribute(address)}</a>`;
}
