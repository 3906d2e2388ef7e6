import type { Bytes } from "../../base/bytes.ts";
import { copy, fromUtf8 } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { rejected } from "./answers.ts";
import type { Session } from "./session.ts";

/** A message larger than this is not taken into memory, octets. */
const LIMIT = 150_000_000;

/**
 * The message exactly as the server has it: `viewsource` with `_save=1` answers IMAP's BODY[] octet by octet
 * (without `_save` Roundcube reformats lines). Throws `webmail.message-gone`, `webmail.signed-out`, `webmail.unreachable`,
 * `limits.message-size`.
 */
export async function fetchRaw(session: Session, folder: string, uid: string, signal?: AbortSignal): Promise<Bytes> {
  const query = { _task: "mail", _action: "viewsource", _uid: uid, _mbox: folder, _save: "1", _token: session.token };
  const response = await session.get(query, signal);
  if (Number(response.headers.get("content-length") ?? 0) > LIMIT) throw new SmimeError("limits.message-size");
  const bytes = await octets(response);
  if (!/^text\/plain\b/i.test(response.headers.get("content-type") ?? "")) throw rejected(fromUtf8(bytes));
  if (bytes.length === 0) throw new SmimeError("webmail.message-gone");
  return bytes;
}

async function octets(response: Response): Promise<Bytes> {
  try {
    // In Firefox a content script gets the page's kind of buffer, and views of it can be transferred but not read: a copy can.
    return copy(new Uint8Array(await response.arrayBuffer()));
  } catch (cause) {
    throw new SmimeError("webmail.unreachable", { cause });
  }
}
