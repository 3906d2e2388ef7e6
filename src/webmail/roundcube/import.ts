import type { Bytes } from "../../base/bytes.ts";
import { SmimeError } from "../../base/errors.ts";
import { readNotices } from "./answers.ts";
import type { Session } from "./session.ts";

/**
 * Stores a finished message in a folder. The server trims white space at the very end and would split the message at a
 * line `From ` after an empty line, so what we make ends at its boundary and has no such line.
 * Throws `webmail.import-disabled`, `send.too-large`, `send.refused`, `webmail.signed-out`; `webmail.unreachable` leaves
 * open whether it was stored.
 */
export async function importMessage(session: Session, folder: string, mime: Bytes): Promise<void> {
  const { maxUpload } = await session.folders();
  if (maxUpload !== null && mime.length > maxUpload) throw new SmimeError("send.too-large");
  const form = new FormData();
  form.append("_file[]", new Blob([mime], { type: "message/rfc822" }), "m.eml");
  const notices = readNotices(await session.call("import", folder, form));
  if (notices.some(({ kind }) => kind === "confirmation")) return;
  const error = notices.find(({ kind }) => kind === "error");
  if (!error) throw new SmimeError("webmail.answer-unknown");
  // The number is that of HTTP and stands in every language's sentence.
  throw new SmimeError(/\b404\b/.test(error.text) ? "webmail.import-disabled" : "send.refused");
}
