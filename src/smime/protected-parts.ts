import type { MimeEntity } from "../mime/entity.ts";
import { smimeKind } from "../mime/smime-part.ts";
import { maxProtectedParts } from "./limits.ts";

/** A protected entity inside an unprotected message. */
export interface ProtectedPart {
  entity: MimeEntity;
  /** Child numbers from the root as in IMAP, for example `2.1`. */
  where: string;
}

/**
 * Finds the protected parts of an unprotected message, outermost ones only, at most `maxProtectedParts` (UI-03).
 * A lone signature file without its text is an attachment, not a protected part.
 */
export function findProtectedParts(root: MimeEntity): ProtectedPart[] {
  const found: ProtectedPart[] = [];
  const walk = (entity: MimeEntity, where: string): void => {
    if (found.length >= maxProtectedParts) return;
    const kind = smimeKind(entity);
    if (kind === "multipart-signed" || kind === "pkcs7-mime") found.push({ entity, where });
    else entity.children.forEach((child, index) => walk(child, where === "" ? `${index + 1}` : `${where}.${index + 1}`));
  };
  walk(root, "");
  return found;
}
