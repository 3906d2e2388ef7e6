import type { MimeEntity } from "../mime/entity.ts";
import { isSignedPair, smimeKind } from "../mime/smime-part.ts";
import { maxProtectedParts } from "./limits.ts";

/** A protected entity inside an unprotected message. */
export interface ProtectedPart {
  entity: MimeEntity;
  /** Child numbers from the root as in IMAP, for example `2.1`. */
  where: string;
}

/**
 * Finds the protected parts of an unprotected message, outermost ones only, at most `maxProtectedParts` (UI-03).
 * The root is none: it was tried as a whole. A lone signature file without its text is an attachment, and a multipart/signed
 * that is not built as one is looked through like any multipart, so that it hides nothing.
 */
export function findProtectedParts(root: MimeEntity): ProtectedPart[] {
  const found: ProtectedPart[] = [];
  const walk = (entity: MimeEntity, where: string): void => {
    if (found.length >= maxProtectedParts) return;
    if (where !== "" && isProtected(entity)) found.push({ entity, where });
    else entity.children.forEach((child, index) => walk(child, where === "" ? `${index + 1}` : `${where}.${index + 1}`));
  };
  walk(root, "");
  return found;
}

function isProtected(entity: MimeEntity): boolean {
  switch (smimeKind(entity)) {
    case "pkcs7-mime":
      return true;
    case "multipart-signed":
      return isSignedPair(entity);
    default:
      return false;
  }
}
