import { pictureTypes } from "../mail-html/inline-pictures.ts";

/** How an attachment can be shown inside Mailseal, with the type that is forced upon it. */
export type PreviewKind = { show: "picture" | "pdf" | "text"; type: string };

const byExtension: Record<string, PreviewKind> = {
  png: { show: "picture", type: "image/png" },
  jpg: { show: "picture", type: "image/jpeg" },
  jpeg: { show: "picture", type: "image/jpeg" },
  gif: { show: "picture", type: "image/gif" },
  webp: { show: "picture", type: "image/webp" },
  bmp: { show: "picture", type: "image/bmp" },
  avif: { show: "picture", type: "image/avif" },
  pdf: { show: "pdf", type: "application/pdf" },
  txt: { show: "text", type: "text/plain" },
  log: { show: "text", type: "text/plain" },
  csv: { show: "text", type: "text/plain" },
  md: { show: "text", type: "text/plain" },
};

/**
 * Chooses how to show an attachment; null if it cannot be shown here. The claimed type decides, and the file name only where
 * the type says nothing. HTML, SVG and XML are documents that could run: HTML is not offered, other text is shown as text.
 */
export function previewOf({ type, name }: { type: string; name: string }): PreviewKind | null {
  if (pictureTypes.has(type)) return { show: "picture", type };
  if (type === "application/pdf") return { show: "pdf", type };
  if (["text/plain", "text/csv", "text/markdown", "text/calendar", "text/x-log"].includes(type)) return { show: "text", type: "text/plain" };
  if (type !== "application/octet-stream" && type !== "") return null;
  return byExtension[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? null;
}
