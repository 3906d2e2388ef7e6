import { decodeBase64 } from "../base/base64.ts";
import { type Bytes, latin1 } from "../base/bytes.ts";
import type { UnwrapRequest } from "../protocol/key-port.ts";

/** Letters of base64 at a message's beginning in which the wrapped keys stand: RecipientInfos come before the content (RFC 5652 §6.1). */
const HEAD = 64 * 1024;

/** Letters that the outer header of a draft of ours may have. */
const MOST_HEADER = 16 * 1024;

/**
 * Whether a wrapped key is that of a draft that is kept here. Nobody but our own frames writes them, so a composer that opens
 * one gets back what its author wrote, and a key that came from anywhere else is not opened for it.
 */
export function isOfDraft(drafts: readonly Bytes[], { encryptedKey }: Pick<UnwrapRequest, "encryptedKey">): boolean {
  const wanted = latin1(encryptedKey);
  return encryptedKey.length >= 16 && drafts.some((mime) => headOf(mime).includes(wanted));
}

function headOf(mime: Bytes): string {
  const text = latin1(mime.subarray(0, MOST_HEADER + HEAD));
  const body = text.indexOf("\r\n\r\n");
  const letters = body < 0 ? "" : text.slice(body).replace(/[^A-Za-z0-9+/=]/g, "");
  return latin1(decodeBase64(letters.slice(0, letters.length - (letters.length % 4))));
}
