import { oneLine } from "./header-text.ts";
import { removeBodyDiv } from "./html-div.ts";

/** The class of the element that repeats hidden header fields for readers that do not know RFC 9788 (§2.1.2). */
export const LEGACY_DISPLAY_CLASS = "header-protection-legacy-display";

/** Drops the leading lines of a text through the first blank one (RFC 9788 §4.5.3.2, HP-05); text without a blank line stays. */
export function stripLegacyDisplayText(text: string): string {
  const blank = /(?:^|\n)[ \t]*\r?\n/.exec(text);
  return blank ? text.slice(blank.index + blank[0].length) : text;
}

/** Removes every Legacy Display `div` that is a child of `body` (RFC 9788 §4.5.3.3, HP-05). */
export function stripLegacyDisplayHtml(html: string): string {
  return removeBodyDiv(html, LEGACY_DISPLAY_CLASS);
}

/** Header fields that are hidden outside, with their values decoded for a person. */
export type HiddenFields = readonly (readonly [name: string, value: string])[];

/** Puts a Legacy Display Element before a text with CRLF line ends (RFC 9788 §5.2.2; HS-06, HS-07). */
export function addLegacyDisplayText(text: string, hidden: HiddenFields): string {
  return hidden.length === 0 ? text : `${lines(hidden).join("\r\n")}\r\n\r\n${text}`;
}

/** Puts a Legacy Display Element first into a document's `body` (RFC 9788 §5.2.3; HS-06, HS-07). */
export function addLegacyDisplayHtml(html: string, hidden: HiddenFields): string {
  if (hidden.length === 0) return html;
  const element = `<div class="${LEGACY_DISPLAY_CLASS}"><pre>${lines(hidden).map(escapeHtml).join("\r\n")}</pre></div>\r\n`;
  const body = /<body(?=[\s>])(?:[^>"']|"[^"]*"|'[^']*')*>/i.exec(html);
  const at = body ? body.index + body[0].length : 0;
  return html.slice(0, at) + element + html.slice(at);
}

function lines(hidden: HiddenFields): string[] {
  return hidden.map(([name, value]) => `${name}: ${oneLine(value)}`);
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
