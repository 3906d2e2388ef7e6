import { RAW, readTags } from "./html-div.ts";

/** Elements that stand on lines of their own. */
const BLOCKS = new Set(
  "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul".split(" "),
);

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", shy: "", copy: "\u00a9", euro: "\u20ac", ndash: "\u2013", mdash: "\u2014", hellip: "\u2026" };

/**
 * Writes HTML as plain text, for content that may have been changed on the way and is therefore drawn inert (UI-08): no tag, no
 * address of a picture, frame or link survives, so nothing in it can load, act, hide or carry the text away. What a style would
 * have hidden is shown like everything else. What cannot be read as a tag stays as text.
 */
export function htmlToText(html: string): string {
  let out = "";
  let from = 0;
  let skipped: string | null = null;
  for (const { name, closes, start, end } of readTags(html)) {
    if (skipped === null) out += words(html.slice(from, start));
    else if (closes && name === skipped) skipped = null;
    from = end;
    if (!closes && RAW.has(name)) skipped = name;
    else if (name === "br" || BLOCKS.has(name)) out += "\n";
    else if (name === "td" || name === "th") out += "\t";
  }
  if (skipped === null) out += words(html.slice(from));
  return out.split("\n").map((line) => line.trim()).join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

function words(text: string): string {
  return withoutComments(text)
    .replace(/\s+/g, " ")
    .replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,6}));?/g, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hexadecimal as string, 16) : Number(decimal);
      return code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "";
    });
}

/** Comments, declarations and processing instructions, which are no tags and no text. */
function withoutComments(text: string): string {
  if (!text.includes("<")) return text;
  return text.replace(/<!--[^]*?(?:-->|$)|<[!?][^>]*(?:>|$)/g, "");
}
