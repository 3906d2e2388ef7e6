import { encodeBase64 } from "../../base/base64.ts";
import type { Attachment } from "../../protocol/message-content.ts";

/** Pictures that a browser draws without running anything: no SVG, which is a document. */
export const pictureTypes: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"]);

/** Octets of one picture and of all of them that are put into a body: they are copied as text. */
const MAX_PICTURE = 10_000_000;
const MAX_ALL = 30_000_000;

/** `data:` addresses of the pictures that a body may show by `cid:`, by Content-ID. */
export function inlinePictures(attachments: Attachment[]): Map<string, string> {
  const pictures = new Map<string, string>();
  let all = 0;
  for (const { contentId, type, bytes } of attachments) {
    if (contentId === null || !pictureTypes.has(type) || bytes.length > MAX_PICTURE || all + bytes.length > MAX_ALL) continue;
    all += bytes.length;
    pictures.set(contentId, `data:${type};base64,${encodeBase64(bytes)}`);
  }
  return pictures;
}
