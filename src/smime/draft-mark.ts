import { type Bytes, fromHex, fromLatin1, hex, latin1 } from "../base/bytes.ts";

/** First field inside a draft of ours: an HMAC over everything behind it. Nobody outside can make one, and nobody sees it. */
const PREFIX = "Mailseal-Draft: ";

/** 64 hexadecimal digits and CRLF. */
const MARK_LENGTH = PREFIX.length + 64 + 2;

/** HMAC-SHA-256 keys also mark nothing else, but a purpose that is named can never be confused with a later one. */
const PURPOSE = fromLatin1("mailseal draft 1\n");

function covered(payload: Uint8Array): Bytes {
  const out = new Uint8Array(PURPOSE.length + payload.length);
  out.set(PURPOSE);
  out.set(payload, PURPOSE.length);
  return out;
}

/** Puts the mark of this computer's key before a payload. */
export async function markDraft(payload: Bytes, mac: CryptoKey): Promise<Bytes> {
  const mark = hex(new Uint8Array(await crypto.subtle.sign("HMAC", mac, covered(payload))));
  const field = fromLatin1(`${PREFIX}${mark}\r\n`);
  const out = new Uint8Array(field.length + payload.length);
  out.set(field);
  out.set(payload, field.length);
  return out;
}

/** Whether a decrypted payload carries the right mark of this key. */
export async function hasMark(payload: Uint8Array, mac: CryptoKey): Promise<boolean> {
  const found = /^Mailseal-Draft: ([0-9a-f]{64})\r\n$/.exec(latin1(payload.subarray(0, MARK_LENGTH)));
  return found !== null && crypto.subtle.verify("HMAC", mac, fromHex(found[1] as string), covered(payload.subarray(MARK_LENGTH)));
}
