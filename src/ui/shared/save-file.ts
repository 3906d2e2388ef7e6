import type { Bytes } from "../../base/bytes.ts";

/**
 * Makes a file name of what a sender wrote: no path, no control or direction characters (which can make `gpj.exe` look like
 * `exe.jpg`), no leading dot, at most 120 characters with the extension kept.
 */
export function safeFileName(name: string, fallback: string): string {
  const last = name.replace(/[\p{Cc}\p{Cf}]/gu, "").split(/[\\/]/).at(-1) ?? "";
  const clean = last
    .replace(/[<>:"|?*]/g, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "")
    .trim();
  if (clean === "") return fallback;
  if (clean.length <= 120) return clean;
  const dot = clean.lastIndexOf(".");
  const extension = dot > 0 && clean.length - dot <= 12 ? clean.slice(dot) : "";
  return clean.slice(0, 120 - extension.length) + extension;
}

/** Lets the person save octets under a name. Its type says nothing, so that no browser opens it in our origin. */
export function saveFile(name: string, bytes: Bytes, type = "application/octet-stream"): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Long enough for a browser that starts the download later; revoked with the page at the latest.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
