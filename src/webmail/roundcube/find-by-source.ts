import { type Bytes, equal, latin1 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { fetchRaw } from "./fetch-raw.ts";
import type { Session } from "./session.ts";

/** More candidates than this with one Message-ID are not looked at: one Send makes one for each Bcc recipient. */
const MAX_CANDIDATES = 200;

/** Header fields that Resend puts before a message; the message follows them octet by octet. */
const RESENT = /^(?:Resent-(?:From|To|Cc|Bcc|Date|Message-ID):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*$/i;

/**
 * Finds a message of ours in a folder, newest first, by Message-ID and by its source: copies to several Bcc recipients
 * share the Message-ID and differ in their ciphertext. Answers its UID, or null if it is not there.
 * @param resentTo null for the message itself; else a copy that Resend filed is meant, with its fields before it, which
 * name these recipients: a message that is only signed has the same octets in every copy.
 */
export async function findBySource(session: Session, folder: string, mime: Bytes, resentTo: readonly string[] | null): Promise<string | null> {
  const wanted = trimEnd(mime);
  for (const uid of await uidsOf(session, folder, messageId(mime))) {
    let found: Bytes;
    try {
      found = trimEnd(await fetchRaw(session, folder, uid));
    } catch (error) {
      if (error instanceof SmimeError && error.code === "webmail.message-gone") continue;
      throw error;
    }
    const added = found.length - wanted.length;
    if (added < 0 || !equal(found.subarray(added), wanted)) continue;
    if (isPrefix(latin1(found.subarray(0, added)), resentTo)) return uid;
  }
  return null;
}

function isPrefix(fields: string, resentTo: readonly string[] | null): boolean {
  if (resentTo === null) return fields === "";
  if (fields === "" || !RESENT.test(fields)) return false;
  const named = namedIn(fields);
  // Roundcube writes a domain that is not ASCII in another form: such an address is not looked for.
  const wanted = resentTo.map((address) => address.toLowerCase());
  const plain = wanted.filter((address) => !/[^\0-\x7f]/.test(address));
  return plain.every((address) => named.has(address)) && named.size === new Set(wanted).size;
}

/** Addresses in the Resent fields of recipients. One address may be a part of another, so they are compared whole. */
function namedIn(fields: string): Set<string> {
  const unfolded = fields.replace(/\r?\n[ \t]+/g, " ");
  const values = Array.from(unfolded.matchAll(/^Resent-(?:To|Cc|Bcc):([^\r\n]*)/gim), ([, value]) => value as string);
  return new Set(values.flatMap((value) => value.toLowerCase().split(/[\s,;<>]+/)).filter((word) => word.includes("@")));
}

async function uidsOf(session: Session, folder: string, id: string): Promise<string[]> {
  // Angle brackets would be stripped as a tag, and an empty key matches everything.
  const script = await session.search(folder, `HEADER MESSAGE-ID "${id}"`);
  const uids = Array.from(script.matchAll(/\badd_message_row\("?(\d+)"?,/g), ([, uid]) => uid as string);
  return uids.sort((a, b) => Number(b) - Number(a)).slice(0, MAX_CANDIDATES);
}

/** The Message-ID of one of our own messages, without angle brackets. Throws `mime.not-mail` for others. */
export function messageId(mime: Bytes): string {
  const header = latin1(mime.subarray(0, 65536)).split(/\r?\n\r?\n/, 1)[0] as string;
  // A quote or backslash would end the IMAP string: our own identifiers have none.
  const id = /^Message-ID:\s*<([^<>"\\\s]+)>/im.exec(header)?.[1];
  if (!id) throw new SmimeError("mime.not-mail");
  return id;
}

function trimEnd(bytes: Bytes): Bytes {
  let end = bytes.length;
  while (end > 0 && [9, 10, 11, 13, 32, 0].includes(bytes[end - 1] as number)) end--;
  return bytes.subarray(0, end);
}
