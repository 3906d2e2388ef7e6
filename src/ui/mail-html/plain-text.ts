import { attribute } from "./srcdoc.ts";

/** A web or mail address in running text: ends before punctuation that belongs to the sentence. */
const addresses = /\bhttps?:\/\/[^\s<>"'`]+|\b[\w.!#$%&*+/=?^{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

/** Longer addresses stay text: nobody reads them, and long lines cost time. */
const MAX_ADDRESS = 2000;

/** Plain text as HTML with addresses as links; everything else is escaped. Each link shows exactly where it leads. */
export function plainTextHtml(text: string): string {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(addresses)) {
    const found = trimmed(match[0]);
    if (found.length > MAX_ADDRESS) continue;
    html += attribute(text.slice(at, match.index)) + link(found);
    at = match.index + found.length;
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
