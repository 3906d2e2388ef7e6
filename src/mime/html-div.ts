import { asciiLower } from "./ascii.ts";

/** A tag of an HTML text, by its range. */
export interface Tag {
  name: string;
  closes: boolean;
  start: number;
  end: number;
}

/** Elements whose content is text to a browser; tags inside are none (HTML Standard §13.2.5). */
export const RAW = new Set(["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"]);

/** Elements that have no end, or whose end a `div` brings about, or that wrap the whole document: they hold no depth. */
const FLAT = new Set("html body head area base br col embed hr img input link meta param source track wbr p".split(" "));

/** Characters of one tag; real ones are shorter, and the bound keeps the search linear. */
const TAG_LENGTH = 8192;

/**
 * Removes each `div` of the class that is a child of `body`, from its tag to its end; anything that is not plainly so
 * stays. This is no sanitiser and changes nothing else: what results is sanitised like any mail.
 */
export function removeBodyDiv(html: string, className: string): string {
  let out = "";
  let from = 0;
  let depth = 0;
  let open: { start: number; divs: number } | null = null;
  for (const tag of readTags(html)) {
    if (open) {
      if (tag.name !== "div") continue;
      open.divs += tag.closes ? -1 : 1;
      if (open.divs > 0) continue;
      out += html.slice(from, open.start);
      from = tag.end;
      open = null;
    } else if (FLAT.has(tag.name) || RAW.has(tag.name)) continue;
    else if (tag.closes) depth = Math.max(0, depth - 1);
    else if (depth === 0 && tag.name === "div" && hasClass(html.slice(tag.start, tag.end), className)) open = { start: tag.start, divs: 1 };
    else depth++;
  }
  return out + html.slice(from);
}

function hasClass(tag: string, className: string): boolean {
  const match = /\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i.exec(tag);
  return (match?.[1] ?? match?.[2] ?? match?.[3] ?? "").split(/\s+/).includes(className);
}

/** Tags in their order, without comments and without what stands in raw elements; ends at the first damage. */
export function* readTags(html: string): Generator<Tag> {
  for (let at = html.indexOf("<"); at >= 0; ) {
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at + 4);
      if (end < 0) return;
      at = html.indexOf("<", end);
      continue;
    }
    const match = /^<(\/?)([a-zA-Z][^\s/>]*)/.exec(html.slice(at, at + 64));
    if (!match) {
      at = html.indexOf("<", at + 1);
      continue;
    }
    const end = tagEnd(html, at);
    if (end < 0) return;
    const name = asciiLower(match[2] as string);
    const closes = match[1] === "/";
    yield { name, closes, start: at, end };
    at = html.indexOf("<", end);
    if (!closes && RAW.has(name)) {
      const close = new RegExp(`</${name}`, "gi");
      close.lastIndex = end;
      const found = close.exec(html);
      if (!found) return;
      at = found.index;
    }
  }
}

/** Index behind a tag's `>`, which may stand within quotes; -1 if there is none within reach. */
function tagEnd(html: string, start: number): number {
  let quote = "";
  for (let at = start + 1; at < html.length && at - start < TAG_LENGTH; at++) {
    const character = html[at] as string;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
  }
  return -1;
}
