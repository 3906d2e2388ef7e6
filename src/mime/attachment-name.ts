import type { MimeEntity } from "./entity.ts";
import { decodeHeaderText } from "./header-text.ts";
import { mimeLimits } from "./limits.ts";

/**
 * The name of an attachment as it may be shown and saved: the last component of a path, without control characters, and
 * without those that turn the direction of writing and so hide an ending. Empty if there is none.
 */
export function attachmentName(entity: MimeEntity): string {
  const given = entity.disposition?.filename ?? decodeHeaderText(entity.parameters.get("name") ?? "");
  return safeFileName(given);
}

/** Makes a file name of any text; empty if nothing of it can stand. */
export function safeFileName(text: string): string {
  const last = text.split(/[/\\]/).at(-1) ?? "";
  // \p{Cc} control, \p{Cf} format (bidirectional and zero-width characters), \p{Cs} lone surrogates, line separators.
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "").trim();
  if (/^\.+$/.test(clean)) return "";
  return shortened(clean, mimeLimits.fileName);
}

/** Shortens a name in its middle so that its ending, which tells its kind, stays. */
function shortened(name: string, limit: number): string {
  const characters = [...name];
  if (characters.length <= limit) return name;
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  return characters.slice(0, limit - [...ending].length).join("") + ending;
}
